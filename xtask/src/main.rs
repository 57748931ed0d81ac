//! `cargo xtask ci` runs every check of the project; `cargo xtask STEP` runs one of them. `cargo xtask bench` measures.
//!
//! A step is a list of commands that are printed before they run, so that what fails in CI can be pasted into a shell.

// What this program prints is what it is for.
#![allow(clippy::print_stdout)]

mod bench;
mod contract;
mod error;
mod manifest;
mod shell;
mod steps;
mod tools;

// Files of a workspace that no step but `bench` builds.
#[path = "../../benches/src/report.rs"]
#[allow(unreachable_pub, reason = "a library there")]
mod report;
#[path = "../../benches/src/results.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a library there, of which this is a part"
)]
mod results;

use std::env;
use std::process::ExitCode;
use std::time::Instant;

use steps::{STEPS, Step};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let steps: Vec<&Step> = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["-h" | "--help" | "help"] => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        ["bench", ref questions @ ..] => {
            return match bench::command(questions) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("error: {error}");
                    ExitCode::FAILURE
                }
            };
        }
        ["ci"] => STEPS.iter().collect(),
        [name] => match STEPS.iter().find(|step| step.name == name) {
            Some(step) => vec![step],
            None => return usage(&format!("there is no step `{name}`")),
        },
        _ => return usage("one step at a time, or `ci` for all"),
    };
    run(&steps)
}

/// Runs the steps in order, up to the first that fails.
fn run(steps: &[&Step]) -> ExitCode {
    let start = Instant::now();
    for (passed, step) in steps.iter().enumerate() {
        println!("\n==> {}: {}", step.name, step.about);
        let begin = Instant::now();
        let result = (step.run)();
        let seconds = begin.elapsed().as_secs_f64();
        if let Err(error) = result {
            println!("\n==> {} failed after {seconds:.1} s", step.name);
            eprintln!("error: {error}");
            eprintln!("to run only this step: `cargo xtask {}`", step.name);
            println!("steps: {passed} passed, 1 failed");
            return ExitCode::FAILURE;
        }
        println!("==> {} passed in {seconds:.1} s", step.name);
    }
    println!("\nall done in {:.1} s", start.elapsed().as_secs_f64());
    println!("steps: {} passed, 0 failed", steps.len());
    ExitCode::SUCCESS
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("error: {problem}\n\n{}", help());
    ExitCode::from(2)
}

fn help() -> String {
    let mut help = String::from(
        "usage: cargo xtask ci      every step, in this order\n       cargo xtask STEP    one step\n       cargo xtask bench   compare with other libraries and write the tables; with names of questions, print only these;\n                           with `update` before them, write these; `tables` writes the tables from the last results\n\nsteps:\n",
    );
    for step in STEPS {
        help += &format!("  {:<10} {}\n", step.name, step.about);
    }
    help
}
