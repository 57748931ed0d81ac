//! Only here because cargo asks for a build script beside `links`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
