//! The families that a program serves, held against the documented ones.

use std::collections::BTreeSet;

use metricset::encode::Format;

use super::{Catalogue, Label, Metric};
use crate::judge::{Judge, ParsedFamily};
use crate::poll::eventually;

/// Which part of a catalogue a program serves; by default all that is unconditional.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// Its role, if the document tells roles apart.
    pub role: Option<&'a str>,
    /// Those of the document's conditions that hold.
    pub conditions: &'a [&'a str],
}

impl Part<'_> {
    fn has(&self, metric: &Metric) -> bool {
        let in_role = match (&metric.roles, self.role) {
            (Some(roles), Some(role)) => roles.iter().any(|name| name == role),
            _ => true,
        };
        let condition = metric.condition.as_deref();
        in_role && condition.is_none_or(|condition| self.conditions.contains(&condition))
    }
}

impl Catalogue {
    /// Scrapes until what is served is what is documented: the families of this part and no other of the system's, with name,
    /// type, help, labels, label values, buckets and quantiles; and gives them.
    ///
    /// A family without series shows none of its labels, so it has to have some: drive the program. `scrape` gets the
    /// `Accept` header to send.
    ///
    /// # Panics
    /// At the deadline, with all differences.
    pub fn assert_served(
        &self,
        format: Format,
        part: Part<'_>,
        mut scrape: impl FnMut(&str) -> String,
    ) -> Vec<ParsedFamily> {
        let accept = format!("Accept: {}", format.content_type());
        let mut judge = Judge::start();
        eventually("the catalogue", || {
            let families = judge.parse(format, &scrape(&accept));
            match &self.differences(format, part, &families)[..] {
                [] => Ok(families),
                differences => Err(differences.join("\n")),
            }
        })
    }

    fn differences(
        &self,
        format: Format,
        part: Part<'_>,
        families: &[ParsedFamily],
    ) -> Vec<String> {
        let mut differences = Vec::new();
        let mut expected = BTreeSet::new();
        for metric in self.metrics.iter().filter(|metric| part.has(metric)) {
            let (name, metric_type) = self.exposed(metric, format);
            let found = families
                .iter()
                .find(|family| family.name == name && family.metric_type == metric_type);
            match found {
                Some(family) => differences.extend(metric.differences(family)),
                None => differences.push(format!("{name}: no {metric_type} of this name")),
            }
            expected.insert((name, metric_type));
        }
        let unexpected = families.iter().filter(|family| {
            let is_documented = |metric: &Metric| metric.name == family.name;
            !expected.contains(&(family.name.as_str(), family.metric_type.as_str()))
                && (family.name.starts_with(&self.prefix) || self.metrics.iter().any(is_documented))
        });
        differences.extend(unexpected.map(|family| {
            let ParsedFamily {
                name, metric_type, ..
            } = family;
            format!("{name}: served as {metric_type}, and not documented for this part")
        }));
        differences
    }

    /// Name and type as the judge tells them, who names counters as OpenMetrics does.
    fn exposed<'a>(&self, metric: &'a Metric, format: Format) -> (&'a str, &'a str) {
        let Metric {
            name, metric_type, ..
        } = metric;
        if metric_type != "counter" {
            return (name, metric_type);
        }
        let is_openmetrics = matches!(format, Format::OpenMetrics);
        match name.strip_suffix("_total") {
            // Beside a family of the short name (`go_memstats_alloc_bytes`) a counter keeps its own.
            Some(short)
                if is_openmetrics && self.metrics.iter().any(|other| other.name == short) =>
            {
                (name, "unknown")
            }
            Some(short) => (short, "counter"),
            // OpenMetrics has no counter without the suffix; a published name is kept and the type is not.
            None if is_openmetrics => (name, "unknown"),
            None => (name, "counter"),
        }
    }
}

impl Metric {
    fn differences(&self, family: &ParsedFamily) -> Vec<String> {
        let mut differences = Vec::new();
        let mut differ = |what: String| differences.push(format!("{}: {what}", self.name));
        if family.help != self.help {
            differ(format!("help {:?}, not {:?}", family.help, self.help));
        }
        if family.samples.is_empty() {
            differ(String::from("no series"));
        }
        let served: BTreeSet<Vec<&str>> = family
            .samples
            .iter()
            .map(|sample| sample.labels.keys().map(String::as_str))
            .map(|names| names.filter(|name| !self.reserves(name)).collect())
            .collect();
        for names in served {
            if !self.may_have(&names) {
                differ(format!("labels {names:?}"));
            }
        }
        for label in &self.labels {
            let served = family.label_values(&label.name);
            if !label.may_have(&served) {
                differ(format!("`{}` is {served:?}", label.name));
            }
        }
        if let Some(buckets) = &self.buckets {
            let mut bounds = family.label_numbers("le");
            bounds.retain(|bound| bound.is_finite());
            // A sample shows a few; what it leaves out is not known.
            if self.buckets_source.as_deref() == Some("example") {
                bounds.retain(|bound| buckets.contains(bound));
            }
            if bounds != *buckets {
                differ(format!("buckets {bounds:?}"));
            }
        }
        if let Some(quantiles) = &self.quantiles {
            let served = family.label_numbers("quantile");
            if served != *quantiles {
                differ(format!("quantiles {served:?}"));
            }
        }
        differences
    }

    /// Whether a label belongs to the type and not to the series.
    fn reserves(&self, label: &str) -> bool {
        match self.metric_type.as_str() {
            "histogram" => label == "le",
            "summary" => label == "quantile",
            _ => false,
        }
    }

    /// Whether series may have these labels. All that are documented have to be there; one that is only implied may be, and
    /// any if the document is silent about labels.
    fn may_have(&self, names: &[&str]) -> bool {
        let mut documented = self.labels.iter();
        documented.all(|label| names.contains(&label.name.as_str()))
            && names.iter().all(|name| {
                self.labels_source == "silent"
                    || self.labels.iter().any(|label| label.name == *name)
                    || self.labels_implied.iter().any(|label| label == name)
            })
    }
}

impl Label {
    fn may_have(&self, served: &BTreeSet<&str>) -> bool {
        let documented = self.values.iter().map(String::as_str).collect();
        if self.open {
            served.is_superset(&documented)
        } else {
            *served == documented
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"
        prefix = "vpn_"
        [[metric]]
        name = "vpn_uptime_seconds"
        type = "counter"
        help = "Uptime"
        labels = []
        labels_source = "stated"
        [[metric]]
        name = "vpn_pool"
        type = "gauge"
        help = "Pool"
        labels = []
        labels_source = "stated"
        roles = ["engine"]
        [[metric]]
        name = "vpn_pool_total"
        type = "counter"
        help = "Taken"
        labels = [{ name = "kind", values = ["old", "new"] }, { name = "client", open = true }]
        labels_source = "stated"
        condition = "there is a pool"
        [[metric]]
        name = "vpn_wait_seconds"
        type = "histogram"
        help = "Waits"
        labels = []
        labels_source = "unlisted"
        labels_implied = ["site"]
        buckets = [0.5, 1.0]
    "#;

    const TEXT: &str = "\
# HELP vpn_uptime_seconds Uptime
# TYPE vpn_uptime_seconds counter
vpn_uptime_seconds 1
# HELP vpn_pool Pool
# TYPE vpn_pool gauge
vpn_pool 2
# HELP vpn_pool_total Taken
# TYPE vpn_pool_total counter
vpn_pool_total{kind=\"old\",client=\"a\"} 1
vpn_pool_total{kind=\"new\",client=\"b\"} 1
# HELP vpn_wait_seconds Waits
# TYPE vpn_wait_seconds histogram
vpn_wait_seconds_bucket{site=\"s\",le=\"0.5\"} 0
vpn_wait_seconds_bucket{site=\"s\",le=\"1.0\"} 0
vpn_wait_seconds_bucket{site=\"s\",le=\"+Inf\"} 0
vpn_wait_seconds_sum{site=\"s\"} 0
vpn_wait_seconds_count{site=\"s\"} 0
";

    const ALL: Part<'static> = Part {
        role: None,
        conditions: &["there is a pool"],
    };

    fn differences(format: Format, part: Part<'_>, exposition: &str) -> Vec<String> {
        let catalogue: Catalogue = toml::from_str(DOCUMENT).expect("a catalogue");
        let families = Judge::start().parse(format, exposition);
        catalogue.differences(format, part, &families)
    }

    fn in_text(part: Part<'_>, exposition: &str) -> Vec<String> {
        differences(Format::PrometheusText, part, exposition)
    }

    #[test]
    fn what_is_documented_may_be_served() {
        assert!(in_text(ALL, TEXT).is_empty());
        // What is only implied need not be there.
        let without_site = TEXT.replace("{site=\"s\"}", "").replace("site=\"s\",", "");
        assert!(in_text(ALL, &without_site).is_empty());
        // Names that OpenMetrics has no counters for.
        let openmetrics = TEXT
            .replace("vpn_uptime_seconds counter", "vpn_uptime_seconds unknown")
            .replace("vpn_pool_total counter", "vpn_pool_total unknown")
            + "# EOF\n";
        assert!(differences(Format::OpenMetrics, ALL, &openmetrics).is_empty());
    }

    #[test]
    fn each_difference_is_found() {
        for (served, instead, difference) in [
            (
                "Uptime",
                "Up",
                "vpn_uptime_seconds: help \"Up\", not \"Uptime\"",
            ),
            (
                "vpn_pool gauge",
                "vpn_pool counter",
                "vpn_pool: no gauge of this name",
            ),
            ("vpn_pool 2\n", "", "vpn_pool: no series"),
            (
                "vpn_pool 2",
                "vpn_pool{x=\"1\"} 2",
                "vpn_pool: labels [\"x\"]",
            ),
            (",client=\"a\"", "", "vpn_pool_total: labels [\"kind\"]"),
            (
                "new",
                "newer",
                "vpn_pool_total: `kind` is {\"newer\", \"old\"}",
            ),
            ("0.5", "0.25", "vpn_wait_seconds: buckets [0.25, 1.0]"),
        ] {
            let found = in_text(ALL, &TEXT.replace(served, instead));
            assert!(
                found.iter().any(|found| found == difference),
                "{difference}: {found:?}"
            );
        }
    }

    #[test]
    fn a_part_serves_its_own_families_and_no_other() {
        let center = Part {
            role: Some("center"),
            conditions: &[],
        };
        assert_eq!(
            in_text(center, TEXT),
            [
                "vpn_pool: served as gauge, and not documented for this part",
                "vpn_pool: served as counter, and not documented for this part",
            ]
        );
        let undocumented = format!("{TEXT}# TYPE vpn_new gauge\nvpn_new 1\n");
        let found = "vpn_new: served as gauge, and not documented for this part";
        assert_eq!(in_text(ALL, &undocumented), [found]);
    }
}
