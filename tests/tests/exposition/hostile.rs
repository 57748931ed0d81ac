//! Texts from anywhere, read back unchanged.

use std::cell::RefCell;

use metricset::collect::{FamilyHead, SeriesLabels, Sink, Value};
use metricset::encode::{Encoder, Format};
use metricset::{Counter, Family, Histogram, Info, LabelSet, MAX_LABEL_LEN, MetricSet, Registry};
use metricset_tests::judge::{Judge, ParsedFamily};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(LabelSet)]
struct Pair<'a> {
    first: &'a str,
    second: &'a str,
}

/// Everything that has labels.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Hostile {
    /// Counted.
    errors_total: Family<Pair<'static>, Counter>,
    /// Known.
    host_info: Info<Pair<'static>>,
    /// Measured.
    #[metric(buckets = [1.0])]
    wait_seconds: Family<Pair<'static>, Histogram>,
}

/// Replaces the help of every family, which a declaration fixes.
struct WithHelp<'a, S> {
    help: &'a str,
    sink: S,
}

impl<S: Sink> Sink for WithHelp<'_, S> {
    fn family(&mut self, head: &FamilyHead<'_>) {
        let mut head = *head;
        head.help = self.help;
        self.sink.family(&head);
    }

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        self.sink.series(labels, value);
    }
}

fn encoded(registry: &Registry, format: Format, help: &str) -> String {
    let sink = Encoder::new(format, String::new());
    let mut sink = WithHelp { help, sink };
    registry.collect(&mut sink);
    sink.sink.finish().expect("a string takes everything")
}

fn reads_back(judge: &mut Judge, help: &str, constant: &str, first: &str, second: &str) {
    // The judge takes white space off both ends of help.
    let help = format!("<{help}>");
    let registry = Registry::new();
    let set = registry.set().label("constant", constant);
    let set: Hostile = set.register().expect("nothing clashes");
    let pair = || Pair { first, second };
    set.errors_total.with(pair()).inc_by(3);
    set.host_info.set(pair());
    set.wait_seconds.with(pair()).observe(0.5);

    for format in [Format::PrometheusText, Format::OpenMetrics] {
        let exposition = encoded(&registry, format, &help);
        let families = judge.parse(format, &exposition);
        let samples: Vec<_> = families.iter().flat_map(samples_of).collect();
        assert_eq!(
            samples,
            [
                ("errors_total", 3.0),
                ("host_info", 1.0),
                ("wait_seconds_bucket", 1.0),
                ("wait_seconds_bucket", 1.0),
                ("wait_seconds_sum", 0.5),
                ("wait_seconds_count", 1.0),
            ]
        );
        for family in &families {
            assert_eq!(family.help, help);
            for sample in &family.samples {
                assert_eq!(sample.labels["constant"], constant);
                assert_eq!(sample.labels["first"], first);
                assert_eq!(sample.labels["second"], second);
            }
        }
    }
}

fn samples_of(family: &ParsedFamily) -> impl Iterator<Item = (&str, f64)> {
    let samples = family.samples.iter();
    samples.map(|sample| (sample.name.as_str(), sample.value()))
}

/// Texts of all characters, but mostly of those that mean something to a parser.
fn hostile() -> impl Strategy<Value = String> {
    let special: Vec<char> = "\n\r\"\\n{}=, #\t\0\u{b}\u{1c}\u{85}\u{2028}\u{feff}é\u{1f600}"
        .chars()
        .collect();
    let c = prop_oneof![4 => proptest::sample::select(special), 1 => any::<char>()];
    let short = vec(c, 0..40).prop_map(String::from_iter);
    let long = (short.clone(), 1..200_usize).prop_map(|(text, times)| text.repeat(times));
    prop_oneof![9 => short, 1 => long]
}

#[test]
fn any_text_reads_back() {
    let judge = RefCell::new(Judge::start());
    let texts = (hostile(), hostile(), hostile(), hostile());
    let result = TestRunner::new(Config {
        cases: 100,
        failure_persistence: None,
        ..Config::default()
    })
    .run(&texts, |(help, constant, first, second)| {
        reads_back(&mut judge.borrow_mut(), &help, &constant, &first, &second);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn texts_that_forge_lines_read_back() {
    let mut judge = Judge::start();
    for text in [
        "\n# EOF\n",
        "\n# TYPE forged counter\nforged_total 1\n",
        "\"} 1\nforged{a=\"",
        "\\",
        "\\\\n",
        "\\\"",
        "\r\n",
        "",
        " ",
    ] {
        reads_back(&mut judge, text, text, text, text);
    }
}

#[test]
fn the_longest_label_reads_back() {
    let mut judge = Judge::start();
    for text in ["x", "\\", "\"", "\n"] {
        let long = text.repeat(MAX_LABEL_LEN);
        reads_back(&mut judge, &long, "", &long, "");
    }
}
