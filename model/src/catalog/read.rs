//! The records of a binary, and how they become one catalogue.

use std::collections::HashSet;

use serde::Deserialize;

use super::{Catalog, Family, Function, Label, Set, VERSION};
use crate::descriptor::MetricType;
use crate::name;
use crate::unit::Unit;

/// The crate of the library's own sets.
const RUNTIME: &str = "metricset";
/// The library's set of the families that all instrumented functions share.
const FUNCTIONS: &str = "Functions";

/// One line of the section that [`embed`](super::embed) fills.
#[derive(Clone, Debug, Deserialize)]
pub struct Record(Content);

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Set { registered: bool, set: RecordSet },
    Function { function: RecordFunction },
}

#[derive(Clone, Debug, Deserialize)]
struct RecordFunction {
    name: String,
    #[serde(rename = "crate")]
    crate_name: String,
    module: String,
    file: String,
    line: u32,
    shared: bool,
    success_bits: Option<u64>,
    latency_bits: Option<(u64, u64)>,
}

/// Why a line is not a record.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// Written by a version of metricset that this one does not know.
    Newer {
        /// The version that the record names.
        version: u32,
    },
    /// Not a record, or not a whole one.
    Damaged(serde_json::Error),
}

impl core::fmt::Display for RecordError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Newer { version } => write!(
                f,
                "the catalogue has version {version} and this program knows up to {VERSION}: \
                 install a newer `cargo-metricset`"
            ),
            Self::Damaged(_) => f.write_str("the catalogue is damaged"),
        }
    }
}

impl core::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Newer { .. } => None,
            Self::Damaged(source) => Some(source),
        }
    }
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Refuses a version that is too new before anything else is read: its other keys may mean anything.
fn check_version(json: &str) -> Result<(), RecordError> {
    let Version { version } = serde_json::from_str(json).map_err(RecordError::Damaged)?;
    if version > VERSION {
        return Err(RecordError::Newer { version });
    }
    Ok(())
}

impl Record {
    /// Reads one line.
    ///
    /// # Errors
    /// If it is not a record, or one of a newer version.
    pub fn parse(line: &str) -> Result<Self, RecordError> {
        check_version(line)?;
        serde_json::from_str(line).map_err(RecordError::Damaged)
    }
}

impl Catalog {
    /// Reads the JSON form.
    ///
    /// # Errors
    /// If it is not a catalogue, or one of a newer version.
    pub fn from_json(json: &str) -> Result<Self, RecordError> {
        check_version(json)?;
        serde_json::from_str(json).map_err(RecordError::Damaged)
    }
}

/// One catalogue out of the records of a binary.
///
/// A set that is not registered is listed only if no other set holds it: it is then one that the program instantiates itself.
#[must_use]
pub fn assemble(records: &[Record]) -> Catalog {
    let mut held = HashSet::new();
    let mut functions = Vec::new();
    for Record(content) in records {
        match content {
            Content::Set { set, .. } => set.hold(&mut held),
            Content::Function { function } => functions.push(function.owned()),
        }
    }
    let mut sets = Vec::new();
    let mut seen = HashSet::new();
    for Record(content) in records {
        // A generic function or a crate built twice may leave the same record twice.
        if let Content::Set { registered, set } = content
            && (*registered || !held.contains(&set.key()))
            && seen.insert(set.key())
        {
            set.expand(&set.prefix, false, &[], &mut sets);
        }
    }
    functions.sort_by_cached_key(|function: &Function| {
        let place = (function.crate_name.clone(), function.module.clone());
        (place, function.file.clone(), function.line)
    });
    functions.dedup();
    shared_families(&mut sets, &functions);
    // What the library itself serves comes last: nobody opens a document for it.
    sets.sort_by_cached_key(|set| {
        let own = set.crate_name == RUNTIME;
        let place = (set.crate_name.clone(), set.module.clone());
        (own, place, set.file.clone(), set.line, set.prefix.clone())
    });
    Catalog {
        version: VERSION,
        sets,
        functions,
    }
}

/// The families of instrumented functions are in every binary, and served if there is a function: then their labels have the
/// values that the functions have.
fn shared_families(sets: &mut Vec<Set>, functions: &[Function]) {
    let is_shared = |set: &Set| set.crate_name == RUNTIME && set.name == FUNCTIONS;
    let values = |of: fn(&Function) -> &String| {
        let mut values: Vec<String> = functions
            .iter()
            .filter(|function| function.shared)
            .map(|function| of(function).clone())
            .collect();
        values.sort();
        values.dedup();
        values
    };
    let names = values(|function| &function.name);
    if names.is_empty() {
        sets.retain(|set| !is_shared(set));
        return;
    }
    let modules = values(|function| &function.module);
    let families = sets
        .iter_mut()
        .filter(|set| is_shared(set))
        .flat_map(|set| &mut set.families);
    for label in families.flat_map(|family| &mut family.labels) {
        match label.name.as_str() {
            "function" => label.values = Some(names.clone()),
            "module" => label.values = Some(modules.clone()),
            _ => {}
        }
    }
}

impl RecordFunction {
    fn owned(&self) -> Function {
        Function {
            name: self.name.clone(),
            crate_name: self.crate_name.clone(),
            module: self.module.clone(),
            file: self.file.clone(),
            line: self.line,
            shared: self.shared,
            success_objective: self.success_bits.map(f64::from_bits),
            latency_objective: self
                .latency_bits
                .map(|(seconds, percent)| (f64::from_bits(seconds), f64::from_bits(percent))),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
struct RecordSet {
    name: String,
    doc: String,
    prefix: String,
    #[serde(rename = "crate")]
    crate_name: String,
    module: String,
    file: String,
    line: u32,
    #[serde(default)]
    const_labels: Vec<(String, String)>,
    #[serde(default)]
    families: Vec<RecordFamily>,
    #[serde(default)]
    nested: Vec<RecordNested>,
}

#[derive(Clone, Debug, Deserialize)]
struct RecordNested {
    prefix: String,
    optional: bool,
    set: RecordSet,
}

#[derive(Clone, Debug, Deserialize)]
struct RecordFamily {
    name: String,
    #[serde(rename = "type")]
    metric_type: MetricType,
    help: String,
    unit: Option<Unit>,
    line: u32,
    #[serde(default)]
    labels: Vec<Label>,
    bucket_bits: Option<Vec<u64>>,
    #[serde(default)]
    quantile_bits: Vec<u64>,
    #[serde(default)]
    sparse: bool,
    max_series: Option<u64>,
    idle_timeout_ms: Option<u64>,
    #[serde(default)]
    allowed: Vec<String>,
}

impl RecordSet {
    fn key(&self) -> (&str, &str, &str, u32) {
        (&self.crate_name, &self.module, &self.file, self.line)
    }

    fn hold<'a>(&'a self, held: &mut HashSet<(&'a str, &'a str, &'a str, u32)>) {
        for nested in &self.nested {
            held.insert(nested.set.key());
            nested.set.hold(held);
        }
    }

    fn expand(
        &self,
        prefix: &str,
        optional: bool,
        outer_labels: &[(String, String)],
        sets: &mut Vec<Set>,
    ) {
        let const_labels = [outer_labels, self.const_labels.as_slice()].concat();
        sets.push(Set {
            name: self.name.clone(),
            doc: self.doc.clone(),
            prefix: prefix.to_owned(),
            crate_name: self.crate_name.clone(),
            module: self.module.clone(),
            file: self.file.clone(),
            line: self.line,
            optional,
            families: self
                .families
                .iter()
                .map(|family| family.under(prefix, &const_labels, &self.file))
                .collect(),
        });
        for nested in &self.nested {
            let prefix = match nested.prefix.as_str() {
                "" => prefix.to_owned(),
                inner => name::join(prefix, inner),
            };
            nested
                .set
                .expand(&prefix, optional || nested.optional, &const_labels, sets);
        }
    }
}

impl RecordFamily {
    /// The family in a set with this prefix and these labels, which is declared in this file.
    fn under(&self, prefix: &str, const_labels: &[(String, String)], file: &str) -> Family {
        let constant = const_labels.iter().map(|(name, value)| Label {
            name: name.clone(),
            values: Some(vec![value.clone()]),
        });
        let bits = |bits: &[u64]| bits.iter().copied().map(f64::from_bits).collect();
        Family {
            name: name::join(prefix, &self.name),
            metric_type: self.metric_type,
            help: self.help.clone(),
            unit: self.unit,
            labels: constant.chain(self.labels.iter().cloned()).collect(),
            labels_complete: true,
            buckets: self.bucket_bits.as_deref().map(bits),
            quantiles: bits(&self.quantile_bits),
            sparse: self.sparse,
            max_series: self.max_series,
            idle_timeout_ms: self.idle_timeout_ms,
            allowed: self.allowed.clone(),
            file: file.to_owned(),
            line: self.line,
        }
    }
}
