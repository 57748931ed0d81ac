//! What an expression evaluates to, as far as the catalogue tells: labels, kind of value, range of values.

use std::collections::BTreeMap;

use super::interval::Interval;

/// What a node evaluates to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) labels: Labels,
    pub(crate) nature: Nature,
    pub(crate) values: Interval,
}

/// What kind of value it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Nature {
    /// A number or a string, not a vector.
    Scalar,
    /// A counter as it stands: its value means little, its growth does.
    Cumulative,
    /// Rates or values of a histogram's buckets, still apart by `le`; by the family's name.
    Buckets(String),
    /// A quantile out of the buckets of a histogram, by the family's name.
    Quantile(String),
    /// Anything else.
    Other,
}

/// The labels of a vector.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Labels {
    pub(crate) known: BTreeMap<String, Label>,
    /// There may be more than the known ones.
    pub(crate) open: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label {
    /// All values it can have, if that is known.
    pub(crate) values: Option<Vec<String>>,
    /// The scrape adds it.
    pub(crate) target: bool,
    /// A `by` clause asks for it.
    pub(crate) asked_for: bool,
    /// Some series have it and others have not.
    pub(crate) sometimes: bool,
}

impl Label {
    pub(crate) fn new(values: Option<Vec<String>>, target: bool) -> Self {
        Self {
            values,
            target,
            asked_for: false,
            sometimes: false,
        }
    }

    /// The label in a vector that holds series of two.
    fn either(&self, other: &Self) -> Self {
        let values = self.values.as_ref().zip(other.values.as_ref());
        Self {
            values: values.map(|(own, others)| {
                let more = others.iter().filter(|value| !own.contains(value));
                own.iter().chain(more).cloned().collect()
            }),
            target: self.target || other.target,
            asked_for: self.asked_for && other.asked_for,
            sometimes: self.sometimes || other.sometimes,
        }
    }

    /// Whether it can tell two series apart.
    pub(crate) fn splits(&self) -> bool {
        self.values.as_ref().is_none_or(|values| values.len() > 1)
    }
}

impl Labels {
    /// Nothing is known.
    pub(crate) fn unknown() -> Self {
        Self {
            known: BTreeMap::new(),
            open: true,
        }
    }

    pub(crate) fn may_have(&self, name: &str) -> bool {
        // Every series has a name, for as long as nothing takes it away.
        self.open || name == "__name__" || self.known.contains_key(name)
    }

    /// Labels of the program itself that tell series apart.
    pub(crate) fn splitting(&self) -> impl Iterator<Item = (&String, &Label)> {
        self.known
            .iter()
            .filter(|(name, label)| !label.target && label.splits() && name.as_str() != "le")
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.known.remove(name);
        self
    }

    /// The labels of a vector that holds series of two.
    pub(crate) fn either(mut self, other: &Self) -> Self {
        for (name, label) in &mut self.known {
            match other.known.get(name) {
                Some(others) => *label = label.either(others),
                None => label.sometimes = true,
            }
        }
        for (name, label) in &other.known {
            self.known.entry(name.clone()).or_insert_with(|| Label {
                sometimes: true,
                ..label.clone()
            });
        }
        self.open |= other.open;
        self
    }
}

impl Shape {
    pub(crate) fn unknown() -> Self {
        Self::vector(Labels::unknown(), Interval::ANY)
    }

    pub(crate) fn vector(labels: Labels, values: Interval) -> Self {
        Self {
            labels,
            nature: Nature::Other,
            values,
        }
    }

    pub(crate) fn scalar(values: Interval) -> Self {
        Self {
            labels: Labels::default(),
            nature: Nature::Scalar,
            values,
        }
    }

    /// What holds series of two vectors.
    pub(crate) fn either(self, other: &Self) -> Self {
        Self {
            labels: self.labels.either(&other.labels),
            nature: if self.nature == other.nature {
                self.nature
            } else {
                Nature::Other
            },
            values: self.values.either(other.values),
        }
    }

    pub(crate) fn is_scalar(&self) -> bool {
        self.nature == Nature::Scalar
    }
}
