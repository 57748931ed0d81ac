//! The sets and instrumented functions of the program, which are registered by being declared.
//!
//! Each declaration adds itself to a list, by the exchange of a pointer in a constructor that the linker collects and the program
//! runs before `main`. The lists go by type, so those of two versions of this crate would not meet.

#[cfg(feature = "instrument")]
use crate::function::{FunctionSite, shared_families};
use crate::set::SetStorage;

inventory::collect!(&'static dyn SetStorage);

#[cfg(feature = "instrument")]
inventory::collect!(&'static FunctionSite);

/// The instrumented functions, in no order.
#[cfg(feature = "instrument")]
pub(crate) fn functions() -> impl Iterator<Item = &'static FunctionSite> {
    inventory::iter::<&'static FunctionSite>
        .into_iter()
        .copied()
}

/// The linked sets, in an order that does not change from build to build, and the families that instrumented functions share.
pub(crate) fn sets() -> Vec<&'static dyn SetStorage> {
    let key = |set: &'static dyn SetStorage| {
        let set = set.descriptor();
        (set.crate_name, set.module, set.location)
    };
    let mut sorted = Vec::new();
    let sets = inventory::iter::<&'static dyn SetStorage>
        .into_iter()
        .copied();
    #[cfg(feature = "instrument")]
    let sets = sets.chain(shared_families());
    // Every program compiles this, and the sort of the standard library takes three times as long to compile.
    for set in sets {
        let at = sorted.partition_point(|other| key(*other) < key(set));
        sorted.insert(at, set);
    }
    sorted
}
