//! What every derive needs.

mod case;
mod code;
mod context;
mod docs;
mod name;
mod runtime;
mod slot;
mod span;

pub(crate) use case::RenameRule;
pub(crate) use code::{Tokens, code, filled};
pub(crate) use context::Context;
pub(crate) use docs::docs;
pub(crate) use name::{Name, check_label, check_unique, label_method};
pub(crate) use runtime::Runtime;
pub(crate) use slot::{Flag, Given, Item, Key, List, Pair, Slot, Value, read, read_keys, refuse};
pub(crate) use span::{as_trait, ends, mentions, respan};

/// "unknown key `bucket`: write `buckets`, or another of `help`, `name`".
pub(crate) fn unknown(what: &str, found: &str, accepted: &[&str]) -> String {
    let instead = metricset_model::nearest::instead(found, accepted);
    format!("unknown {what} `{found}`: {instead}")
}

/// What all of them are called. A loop, since a chain of iterators is compiled for each type that it goes through.
pub(crate) fn names<'a, 'n, T>(all: &'a [T], name: impl Fn(&'a T) -> &'n str) -> Vec<&'n str> {
    let mut names = Vec::new();
    for one in all {
        names.push(name(one));
    }
    names
}
