//! `#[derive(LabelSet)]` and `#[derive(LabelValue)]`

use std::borrow::Cow;

use metricset::encode::{Format, encode};
use metricset::{Counter, Family, LabelEnum, LabelSet, LabelValue, MetricSet, Registry};

#[derive(Clone, Copy, LabelEnum)]
enum Side {
    Left,
    Right,
}

/// Nested newtypes, closed as what they hold.
#[derive(Clone, Copy, LabelValue)]
struct Hand(Side);

#[derive(Clone, Copy, LabelValue)]
struct Glove(Hand);

#[derive(LabelValue)]
struct Name<'a>(Cow<'a, str>);

fn exposed(registry: &Registry) -> Vec<String> {
    let mut text = String::new();
    encode(registry, Format::PrometheusText, &mut text);
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let mut samples: Vec<String> = samples.map(str::to_owned).collect();
    samples.sort();
    samples
}

#[test]
fn closed_labels_of_every_kind() {
    #[derive(LabelSet)]
    struct Closed {
        side: Side,
        on: bool,
        #[label(rename = "worn")]
        glove: Glove,
    }

    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Set {
        /// Closed.
        closed_total: Family<Closed, Counter>,
    }

    let labels: Vec<_> = Closed::LABELS
        .iter()
        .map(|label| (label.name, label.values))
        .collect();
    assert_eq!(
        labels,
        [
            ("side", Some(&["left", "right"][..])),
            ("on", Some(&["false", "true"][..])),
            ("worn", Some(&["left", "right"][..])),
        ]
    );

    let registry = Registry::new();
    let set: Set = registry.register().unwrap();
    let mut expected = Vec::new();
    let sides = [(Side::Left, "left"), (Side::Right, "right")];
    let mut n = 0;
    for (side, side_text) in sides {
        for on in [false, true] {
            for (worn, worn_text) in sides {
                n += 1;
                let glove = Glove(Hand(worn));
                set.closed_total.with(Closed { side, on, glove }).inc_by(n);
                expected.push(format!(
                    "closed_total{{side=\"{side_text}\",on=\"{on}\",worn=\"{worn_text}\"}} {n}"
                ));
            }
        }
    }
    assert_eq!(exposed(&registry), expected);
}

#[test]
fn open_labels_of_every_kind() {
    #[derive(LabelSet)]
    struct Open<'a, 'b: 'a> {
        borrowed: &'a str,
        shared: &'b Name<'a>,
        cow: Cow<'b, str>,
        owned: String,
        unsigned: u8,
        signed: i64,
        large: u128,
        side: Side,
    }

    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Set {
        /// Open.
        open_total: Family<Open<'static, 'static>, Counter>,
    }

    let registry = Registry::new();
    let set: Set = registry.register().unwrap();
    // All of it lives shorter than the set.
    let text = String::from("a");
    let name = Name(Cow::Borrowed(&text));
    for owned in ["x", "y", "x"] {
        let labels = Open {
            borrowed: &text,
            shared: &name,
            cow: Cow::Borrowed(&text),
            owned: owned.to_owned(),
            unsigned: u8::MAX,
            signed: i64::MIN,
            large: u128::MAX,
            side: Side::Right,
        };
        set.open_total.with(labels).inc();
    }
    let line = |owned, value| {
        format!(
            "open_total{{borrowed=\"a\",shared=\"a\",cow=\"a\",owned=\"{owned}\",unsigned=\"255\",\
             signed=\"-9223372036854775808\",large=\"340282366920938463463374607431768211455\",\
             side=\"right\"}} {value}"
        )
    };
    assert_eq!(exposed(&registry), [line("x", 2), line("y", 1)]);
}
