//! The families of a registry: names resolved, clashes refused.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use metricset_model::descriptor::combinations;
use metricset_model::{
    FamilyDescriptor, LabelDescriptor, MetricType, NestedDescriptor, Unit, name,
};

use super::RegisterError;
use super::openmetrics::{OwnedName, openmetrics_names};
use crate::collect::{
    Batch, FamilyHead, LabelValues, LineText, SeriesLabels, SeriesOf, Sink, Value,
};
use crate::family::{CollectFamily, Rows, SeriesSink};
use crate::labels::text::KeptText;
use crate::lanes::View;
use crate::reading::{Reading, Readings, Refresh};
use crate::set::{SetStorage, SetVisitor};

/// Every suffix that [`MetricType::sample_suffixes`](metricset_model::MetricType::sample_suffixes) has for some type.
const SAMPLE_SUFFIXES: [&str; 3] = ["_bucket", "_sum", "_count"];

/// All families. A collection goes through them one after the other, and what it needs stands behind one another.
#[derive(Clone, Default)]
pub(crate) struct Families {
    /// In the order in which they came.
    registered: Vec<Registered>,
    /// Their places, in the order of their names.
    by_name: Vec<usize>,
    /// What OpenMetrics calls them, in the order of their names: chosen when it is asked for, since it depends on what else
    /// there is.
    openmetrics: OnceLock<Vec<OwnedName>>,
    /// One for each set.
    hooks: Vec<Option<&'static Refresh>>,
    /// Whether any of them is [`Observed`](crate::Observed).
    pub(super) has_observed: bool,
    /// How many instances have got a place, which gives the next one its own.
    instances: usize,
}

#[derive(Clone)]
pub(crate) struct Registered {
    pub(crate) name: String,
    pub(crate) descriptor: &'static FamilyDescriptor,
    /// Most families have no other, so it is where a collection that comes here need not wait for memory again.
    first: Instance,
    others: Vec<Instance>,
}

#[derive(Clone)]
pub(super) struct Instance {
    pub(super) place: usize,
    /// The place of its set among the hooks.
    pub(super) set: usize,
    pub(super) storage: &'static dyn CollectFamily,
    labels: Arc<[(String, String)]>,
    /// Rendered when the instance is collected for the first time.
    text: OnceLock<KeptText>,
    /// All of them must be on: one for each optional set around the family.
    switches: Vec<&'static AtomicBool>,
    /// Declared by this library and not by its user.
    is_own: bool,
}

impl Instance {
    fn text(&self, name: &str, descriptor: &'static FamilyDescriptor) -> &KeptText {
        self.text.get_or_init(|| {
            let names = descriptor.labels;
            // A closure says which of the combinations there are.
            let is_open = descriptor.observed && !names.is_empty();
            let combinations = combinations(names).filter(|_| !is_open);
            let exists = |values: &[&str]| self.storage.exists(values);
            KeptText::new(name, &self.labels, names, combinations, exists)
        })
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.switches
            .iter()
            .all(|switch| switch.load(Ordering::Relaxed))
    }

    /// Hands its series to the sink as they are in this scrape.
    pub(super) fn collect(
        &self,
        (name, descriptor): (&str, &'static FamilyDescriptor),
        reading: &Reading,
        lanes: &View,
        sink: &mut (impl Sink + ?Sized),
    ) {
        let mut labelled = Labelled {
            constant: &self.labels,
            names: descriptor.labels,
            text: self.text(name, descriptor),
            sink,
        };
        match reading {
            Reading::Live => self.storage.collect(lanes, &mut labelled),
            Reading::Taken(series) => series.collect(descriptor, &mut labelled),
            Reading::LeftOut => {}
        }
    }
}

impl Families {
    /// Adds the families of a set; all of them, or after an error none.
    pub(super) fn add_set(
        &mut self,
        set: &'static dyn SetStorage,
        prefix: &str,
        labels: &[(String, String)],
    ) -> Result<(), RegisterError> {
        self.hooks.push(set.refresh());
        let mut resolver = Resolver {
            families: self,
            prefix: prefix.to_owned(),
            labels: labels.to_vec().into(),
            switches: Vec::new(),
            is_own: false,
            result: Ok(()),
        };
        resolver.set(set);
        let result = resolver.result;
        self.openmetrics.take();
        if result.is_err() {
            self.remove_last_set();
        }
        result
    }

    /// Removes the set that was added last, of which some families may never have been added.
    pub(super) fn remove_last_set(&mut self) {
        self.hooks.pop();
        // What it added stands behind what others did.
        let is_gone = |instance: &mut Instance| instance.set == self.hooks.len();
        let added = |family: &mut Registered| is_gone(&mut family.first);
        while self.registered.pop_if(added).is_some() {}
        for family in &mut self.registered {
            while family.others.pop_if(is_gone).is_some() {}
        }
        let count = self.registered.len();
        self.by_name.retain(|place| *place < count);
        let mut families = self.registered.iter();
        self.has_observed = families.any(|family| family.descriptor.observed);
        self.openmetrics.take();
    }

    /// The family that has this name, or a sample of this name.
    fn exposing(&self, sample: &str) -> Option<&Registered> {
        let named = |name| Some(&self.registered[self.by_name[self.find(name).ok()?]]);
        let by_suffix = SAMPLE_SUFFIXES.iter().find_map(|suffix| {
            let family = named(sample.strip_suffix(suffix)?)?;
            let suffixes = family.descriptor.metric_type.sample_suffixes();
            suffixes.contains(suffix).then_some(family)
        });
        named(sample).or(by_suffix)
    }

    /// Where its place stands among those in the order of their names, or would.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.by_name
            .binary_search_by(|place| self.registered[*place].name.as_str().cmp(name))
    }

    /// All of them in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Registered> {
        self.by_name.iter().map(|place| &self.registered[*place])
    }

    /// The families with what is said of them before their samples.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (FamilyHead<'_>, &Registered)> {
        let names = self.openmetrics.get_or_init(|| {
            let mut types = Vec::new();
            for family in self.iter() {
                types.push((family.name.as_str(), family.descriptor.metric_type));
            }
            openmetrics_names(&types)
        });
        let families = self.iter().zip(names);
        families.map(|(family, openmetrics)| (family.head(openmetrics), family))
    }

    /// Where the hook of each set is, if it can have one.
    pub(super) fn hooks(&self) -> impl Iterator<Item = Option<&'static Refresh>> {
        self.hooks.iter().copied()
    }

    pub(super) fn collect(
        &self,
        readings: &Readings,
        lanes: &View,
        sink: &mut (impl Sink + ?Sized),
    ) {
        for (head, family) in self.heads() {
            if family.is_exposed(readings) {
                sink.family(&head);
                family.collect_series(readings, lanes, sink);
            }
        }
    }

    /// The name and the labels of the series that a handle writes to; `None` if it is not one of these families, or has ended.
    #[cfg(feature = "testing")]
    pub(crate) fn series_of(
        &self,
        series: crate::metrics::Target,
    ) -> Option<(String, Vec<(String, String)>)> {
        self.iter().find_map(|family| {
            let mut instances = family.instances();
            let (constant, values) = instances.find_map(|instance| {
                let values = instance.storage.values_of(series)?;
                Some((instance.labels.to_vec(), values))
            })?;
            let names = family.descriptor.labels.iter();
            let own = names.map(|label| label.name.to_owned()).zip(values);
            Some((
                family.name.clone(),
                constant.into_iter().chain(own).collect(),
            ))
        })
    }

    fn insert(
        &mut self,
        full_name: String,
        descriptor: &'static FamilyDescriptor,
        instance: Instance,
    ) -> Result<(), RegisterError> {
        for (at, (label, _)) in instance.labels.iter().enumerate() {
            if instance.labels[..at]
                .iter()
                .any(|(other, _)| other == label)
                || descriptor.labels.iter().any(|own| own.name == label)
                // The label that tells states apart.
                || descriptor.metric_type == MetricType::StateSet && *label == full_name
                || name::check_label_on(label, descriptor.metric_type).is_err()
            {
                return Err(RegisterError::DuplicateLabel {
                    label: label.clone(),
                    name: full_name,
                    location: descriptor.location,
                });
            }
        }
        let at = match self.find(&full_name) {
            Err(at) => at,
            Ok(at) => {
                let family = &mut self.registered[self.by_name[at]];
                if !family.takes(descriptor, &instance) {
                    return Err(RegisterError::Duplicate {
                        name: full_name,
                        first: family.descriptor.location,
                        second: descriptor.location,
                    });
                }
                family.others.push(instance);
                return Ok(());
            }
        };
        self.check_samples(&full_name, descriptor)?;
        self.by_name.insert(at, self.registered.len());
        self.registered.push(Registered {
            name: full_name,
            descriptor,
            first: instance,
            others: Vec::new(),
        });
        Ok(())
    }

    fn check_samples(
        &self,
        full_name: &str,
        descriptor: &'static FamilyDescriptor,
    ) -> Result<(), RegisterError> {
        let suffixes = descriptor.metric_type.sample_suffixes();
        for suffix in std::iter::once(&"").chain(suffixes) {
            let sample = format!("{full_name}{suffix}");
            if let Some(family) = self.exposing(&sample) {
                return Err(RegisterError::SampleClash {
                    first_name: family.name.clone(),
                    first: family.descriptor.location,
                    second_name: full_name.to_owned(),
                    second: descriptor.location,
                    sample,
                });
            }
        }
        Ok(())
    }
}

impl Registered {
    /// Another instance of the same declaration, told apart by constant labels of the same names.
    fn takes(&self, descriptor: &'static FamilyDescriptor, new: &Instance) -> bool {
        // No name is there twice.
        let has = |instance: &Instance, name: &str| {
            instance.labels.iter().any(|(other, _)| other == name)
        };
        self.descriptor == descriptor
            && self.instances().all(|old| {
                old.labels.len() == new.labels.len()
                    && new.labels.iter().all(|(name, _)| has(old, name))
                    && new.labels.iter().any(|label| !old.labels.contains(label))
            })
    }

    pub(super) fn instances(&self) -> impl Iterator<Item = &Instance> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The instances that are switched on.
    fn enabled(&self) -> impl Iterator<Item = &Instance> {
        self.instances().filter(|one| one.is_enabled())
    }

    /// Whether any instance of it stands in a scrape.
    pub(crate) fn is_exposed(&self, readings: &Readings) -> bool {
        let is_left_out = |one: &Instance| matches!(readings.at(one.place), Reading::LeftOut);
        self.enabled().any(|one| !is_left_out(one))
    }

    fn head<'a>(&'a self, openmetrics: &'a OwnedName) -> FamilyHead<'a> {
        FamilyHead::new(
            &self.name,
            openmetrics.borrow(),
            Some(self.descriptor.metric_type),
            self.descriptor.help,
            self.descriptor.unit.map(Unit::as_str),
        )
    }

    pub(crate) fn collect_series(
        &self,
        readings: &Readings,
        lanes: &View,
        sink: &mut (impl Sink + ?Sized),
    ) {
        for instance in self.enabled() {
            let reading = readings.at(instance.place);
            instance.collect((&self.name, self.descriptor), reading, lanes, sink);
        }
    }

    /// Whether the program exposes it although nothing has updated it.
    #[inline]
    pub(super) fn is_untouched(&self) -> bool {
        let mut is_exposed = false;
        for instance in self.enabled().filter(|one| !one.is_own) {
            if instance.storage.is_touched() {
                return false;
            }
            is_exposed = true;
        }
        is_exposed
    }
}

/// Adds the labels that belong to the instance.
struct Labelled<'a, S: ?Sized> {
    constant: &'a [(String, String)],
    names: &'static [LabelDescriptor],
    text: &'a KeptText,
    sink: &'a mut S,
}

impl<S: Sink + ?Sized> SeriesSink for Labelled<'_, S> {
    fn series(&mut self, labels: &[&str], value: Value<'_>) {
        let values = LabelValues::Given(labels);
        let line = self.text.around().map(LineText::Around);
        let labels = SeriesLabels::new(self.constant, self.names, values, line);
        self.sink.series(labels, value);
    }

    fn rows(&mut self, rows: Rows<'_>) {
        let series = SeriesOf {
            constant: self.constant,
            names: self.names,
            text: self.text,
            rows: rows.labels,
        };
        let values = rows.values;
        self.sink.batch(Batch { series, values });
    }
}

/// Walks a set and the sets inside it.
struct Resolver<'a> {
    families: &'a mut Families,
    prefix: String,
    labels: Arc<[(String, String)]>,
    switches: Vec<&'static AtomicBool>,
    is_own: bool,
    result: Result<(), RegisterError>,
}

impl Resolver<'_> {
    fn set(&mut self, set: &'static dyn SetStorage) {
        let mut labels = self.labels.to_vec();
        for (name, value) in set.descriptor().const_labels {
            // What is chosen at run time, or by an outer set, wins.
            if labels.iter().all(|(other, _)| other != name) {
                labels.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        let own_modules = concat!(env!("CARGO_CRATE_NAME"), "::");
        let is_own = set.descriptor().module.starts_with(own_modules);
        let outer = (
            std::mem::replace(&mut self.labels, labels.into()),
            std::mem::replace(&mut self.is_own, is_own),
        );
        set.visit(self);
        (self.labels, self.is_own) = outer;
    }
}

impl SetVisitor for Resolver<'_> {
    fn family(
        &mut self,
        descriptor: &'static FamilyDescriptor,
        storage: &'static dyn CollectFamily,
    ) {
        if self.result.is_err() {
            return;
        }
        let full_name = name::join(&self.prefix, descriptor.name);
        self.families.instances += 1;
        self.families.has_observed |= descriptor.observed;
        let instance = Instance {
            place: self.families.instances,
            set: self.families.hooks.len() - 1,
            storage,
            labels: self.labels.clone(),
            text: OnceLock::new(),
            switches: self.switches.clone(),
            is_own: self.is_own,
        };
        self.result = match name::check(&full_name) {
            Ok(()) => self.families.insert(full_name, descriptor, instance),
            // The field's part was checked at compile time.
            Err(error) => Err(RegisterError::InvalidPrefix {
                prefix: self.prefix.clone(),
                error,
            }),
        };
    }

    fn nested(
        &mut self,
        descriptor: &'static NestedDescriptor,
        enabled: Option<&'static AtomicBool>,
        storage: &'static dyn SetStorage,
    ) {
        let inner = if descriptor.prefix.is_empty() {
            self.prefix.clone()
        } else {
            name::join(&self.prefix, descriptor.prefix)
        };
        let outer = std::mem::replace(&mut self.prefix, inner);
        self.switches.extend(enabled);
        self.set(storage);
        if enabled.is_some() {
            self.switches.pop();
        }
        self.prefix = outer;
    }
}
