//! The slices that the linker fills with every set and every instrumented function of the program.

// Declaring a slice expands to statics with a link section, which the compiler counts as unsafe code. Elements of a slice
// that is declared here compile in crates that forbid it.
#![allow(unsafe_code)]

#[cfg(feature = "instrument")]
use crate::function::{FunctionSite, shared_families};
use crate::set::SetStorage;

/// All sets that are registered by being declared, in the order in which the linker saw them.
#[doc(hidden)]
#[linkme::distributed_slice]
pub static SETS: [&'static dyn SetStorage];

#[cfg(feature = "instrument")]
/// All instrumented functions, in the order in which the linker saw them.
#[doc(hidden)]
#[linkme::distributed_slice]
pub static FUNCTIONS: [&'static FunctionSite];

/// The linked sets, in an order that does not change from build to build, and the families that instrumented functions share.
pub(crate) fn sets() -> Vec<&'static dyn SetStorage> {
    let key = |set: &'static dyn SetStorage| {
        let set = set.descriptor();
        (set.crate_name, set.module, set.location)
    };
    let mut sorted = Vec::with_capacity(SETS.len());
    let sets = SETS.iter().copied();
    #[cfg(feature = "instrument")]
    let sets = sets.chain(shared_families());
    // Every program compiles this, and the sort of the standard library takes three times as long to compile.
    for set in sets {
        let at = sorted.partition_point(|other| key(*other) < key(set));
        sorted.insert(at, set);
    }
    sorted
}
