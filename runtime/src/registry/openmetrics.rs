//! Under which name and type OpenMetrics knows a family.
//!
//! OpenMetrics reserves more names than text 0.0.4: a counter's family is its name without `_total`, an info's without
//! `_info`, and a counter or histogram also keeps its name with `_created` to itself, exposed or not ("Reserved suffixes").
//! Names that text 0.0.4 takes as they are may therefore clash here. The rule, in which "free" means that neither the name
//! nor a name that it reserves belongs to a family before it:
//!
//! 1. Histograms and summaries stand under their name.
//! 2. Gauges, state sets, and counters that do not end in `_total` stand under theirs. Such a counter is `unknown`.
//! 3. A counter stands under its name without `_total` if that is free, else under its full name, as `unknown`.
//! 4. An info stands under its name without `_info` if that is free, else under its full name, as `unknown`.
//! 5. Where rule 1 to 4 lead to a name that is not free, `_value` is added to it until it is.
//!
//! Within each rule families come in the order of their names. So samples are called the same in both formats, except where
//! rule 5 applies, and then it is the family with the more unusual name that gives way: gauge `x_created` beside
//! histogram `x`.

use std::collections::HashSet;

use metricset_model::MetricType;

use crate::collect::OpenMetricsName;

#[derive(Clone, Default)]
pub(super) struct OwnedName {
    family: String,
    metric_type: Option<MetricType>,
}

impl OwnedName {
    pub(super) fn borrow(&self) -> OpenMetricsName<'_> {
        OpenMetricsName::new(&self.family, self.metric_type)
    }
}

/// The OpenMetrics names of all families of an exposition, in the order given, which is that of the names.
pub(super) fn openmetrics_names(families: &[(&str, MetricType)]) -> Vec<OwnedName> {
    let mut names = vec![OwnedName::default(); families.len()];
    let mut taken = HashSet::new();
    for rule in 1..=4 {
        for (owned, (name, metric_type)) in names.iter_mut().zip(families) {
            if rule_of(name, *metric_type) == rule {
                *owned = claim(&mut taken, name, *metric_type);
            }
        }
    }
    names
}

fn rule_of(name: &str, metric_type: MetricType) -> u8 {
    match metric_type {
        MetricType::Histogram | MetricType::Summary => 1,
        MetricType::Counter if name.ends_with("_total") => 3,
        MetricType::Info => 4,
        _ => 2,
    }
}

fn claim(taken: &mut HashSet<String>, name: &str, metric_type: MetricType) -> OwnedName {
    let own_suffix = match metric_type {
        MetricType::Counter => "_total",
        MetricType::Info => "_info",
        _ => "",
    };
    if let Some(stem) = name.strip_suffix(own_suffix)
        && claim_all(taken, stem, reserved_suffixes(Some(metric_type)))
    {
        return OwnedName {
            family: stem.to_owned(),
            metric_type: Some(metric_type),
        };
    }
    let metric_type = own_suffix.is_empty().then_some(metric_type);
    let mut family = name.to_owned();
    while !claim_all(taken, &family, reserved_suffixes(metric_type)) {
        family.push_str("_value");
    }
    OwnedName {
        family,
        metric_type,
    }
}

/// Takes a name with all of these suffixes, if all of them are free.
fn claim_all(taken: &mut HashSet<String>, name: &str, suffixes: &[&str]) -> bool {
    for suffix in suffixes {
        if taken.contains(&format!("{name}{suffix}")) {
            return false;
        }
    }
    for suffix in suffixes {
        taken.insert(format!("{name}{suffix}"));
    }
    true
}

/// Every name that a family has to itself, in one format or the other.
#[cfg(feature = "prometheus-client")]
pub(crate) fn reserved_names<'a>(
    head: &crate::collect::FamilyHead<'a>,
) -> impl Iterator<Item = String> + use<'a> {
    let (name, openmetrics) = (head.name, head.openmetrics);
    let text = head
        .metric_type
        .map_or(&[][..], MetricType::sample_suffixes);
    let text = std::iter::once(&"").chain(text);
    let reserved = reserved_suffixes(openmetrics.metric_type).iter();
    let text = text.map(move |suffix| format!("{name}{suffix}"));
    text.chain(reserved.map(move |suffix| format!("{}{suffix}", openmetrics.family)))
}

/// What follows the name of a family in the names that it has to itself.
const fn reserved_suffixes(metric_type: Option<MetricType>) -> &'static [&'static str] {
    match metric_type {
        Some(MetricType::Counter) => &["", "_total", "_created"],
        Some(MetricType::Histogram) => &["", "_bucket", "_sum", "_count", "_created"],
        Some(MetricType::Summary) => &["", "_sum", "_count", "_created"],
        Some(MetricType::Info) => &["", "_info"],
        _ => &[""],
    }
}

#[cfg(test)]
mod tests {
    use metricset_model::MetricType::{self, Counter, Gauge, Histogram, Info};

    use super::openmetrics_names;

    /// Each line: name and type as declared, then the family and type in OpenMetrics.
    #[track_caller]
    fn check(table: &[(&str, MetricType, &str, Option<MetricType>)]) {
        let families: Vec<_> = table.iter().map(|row| (row.0, row.1)).collect();
        assert!(families.is_sorted_by_key(|family| family.0));
        for (row, name) in table.iter().zip(openmetrics_names(&families)) {
            let name = name.borrow();
            assert_eq!((name.family, name.metric_type), (row.2, row.3), "{}", row.0);
        }
    }

    #[test]
    fn suffixes_belong_to_the_sample() {
        check(&[
            ("app_info", Info, "app", Some(Info)),
            ("queue_length", Gauge, "queue_length", Some(Gauge)),
            ("requests_total", Counter, "requests", Some(Counter)),
            ("size_bytes", Histogram, "size_bytes", Some(Histogram)),
        ]);
    }

    #[test]
    fn legacy_names_stay() {
        check(&[
            ("dropped", Counter, "dropped", None),
            ("routes_total", Gauge, "routes_total", Some(Gauge)),
        ]);
    }

    #[test]
    fn a_stem_that_is_taken_is_not_used() {
        check(&[
            ("jobs", Gauge, "jobs", Some(Gauge)),
            ("jobs_info", Info, "jobs_info", None),
            ("jobs_total", Counter, "jobs_total", None),
        ]);
        check(&[
            ("jobs_info", Info, "jobs_info", None),
            ("jobs_total", Counter, "jobs", Some(Counter)),
        ]);
        check(&[
            ("jobs_created", Gauge, "jobs_created", Some(Gauge)),
            ("jobs_total", Counter, "jobs_total", None),
        ]);
        check(&[
            ("jobs_total", Counter, "jobs", Some(Counter)),
            ("jobs_total_total", Counter, "jobs_total_total", None),
        ]);
    }

    #[test]
    fn what_cannot_stay_is_renamed() {
        check(&[
            ("load", Histogram, "load", Some(Histogram)),
            ("load_created", Gauge, "load_created_value", Some(Gauge)),
        ]);
        check(&[
            ("load", Histogram, "load", Some(Histogram)),
            (
                "load_created",
                Gauge,
                "load_created_value_value",
                Some(Gauge),
            ),
            (
                "load_created_value",
                Histogram,
                "load_created_value",
                Some(Histogram),
            ),
        ]);
    }
}
