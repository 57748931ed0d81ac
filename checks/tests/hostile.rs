//! Input that is cut, spliced and misspelt: it may be refused, and never ends the program.
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use metricset_checks::{Index, Settings, Source, check_dashboards, check_rules};
use metricset_model::catalog::Catalog;

const EXPRESSIONS: &[&str] = &[
    r#"sum by (job, le) (rate(app_requests_total{status=~"5..",method!="GET"}[5m] offset -1h @ end())) > bool 0.5"#,
    "histogram_quantile(0.99, sum without (instance) (rate(app_request_duration_seconds_bucket[1h:5m]))) >= -Inf",
    r#"label_replace(up{job="é\"\\"}, 'a', "$1", `b`, "(.*)") * on (job) group_left (x) app_pool_connections_used # comment"#,
    "quantile(-.5e3, -app_queue_jobs ^ 2 % 0x1F) unless on () absent(vector(time())) or topk(3, {__name__=~\"a.+\"})",
    "rate(${prefix}_requests_total{instance=~\"$instance\"}[$__rate_interval]) / [[other]] 🦀",
];

/// A small generator, so that a failure is the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    /// A place between two characters.
    fn cut(&mut self, text: &str) -> usize {
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        places[self.below(places.len())]
    }

    fn piece<'a>(&mut self, text: &'a str) -> &'a str {
        let (a, b) = (self.cut(text), self.cut(text));
        &text[a.min(b)..a.max(b)]
    }
}

#[test]
fn spliced_expressions_in_rules_and_dashboards() {
    let text = include_str!("../../cli/tests/fixtures/catalog.json");
    let catalog = Catalog::from_json(text).unwrap();
    let mut random = Random(1);
    for _ in 0..2_000 {
        let (a, b) = (
            EXPRESSIONS[random.below(EXPRESSIONS.len())],
            EXPRESSIONS[random.below(EXPRESSIONS.len())],
        );
        let at = random.cut(a);
        let expr = format!("{}{}{}", &a[..at], random.piece(b), &a[at..]);
        let quoted = serde_json::Value::from(expr.as_str());

        let rules = format!(
            "groups: [{{name: g, rules: [{{alert: A, expr: {quoted}, annotations: {{s: {quoted}}}}}]}}]"
        );
        let mut index = Index::new(&catalog, Settings::default());
        let found = check_rules(&[Source::new("r.yml", rules.as_str())], &mut index).unwrap();
        for finding in &found {
            let span = finding.place.span.clone().unwrap();
            assert!(rules.get(span).is_some(), "{expr}");
        }

        let board = format!("{{\"title\": {quoted}, \"targets\": [{{\"expr\": {quoted}}}]}}");
        let checked = check_dashboards(
            &[Source::new("d.json", board.as_str())],
            &index,
            &BTreeMap::new(),
        );
        for finding in checked.unwrap() {
            let span = finding.place.span.unwrap();
            assert!(board.get(span).is_some(), "{expr}");
        }
    }
}

#[test]
fn spliced_files() {
    let catalog =
        Catalog::from_json(include_str!("../../cli/tests/fixtures/catalog.json")).unwrap();
    let rules = include_str!("../../cli/tests/fixtures/bad.yml");
    let board = include_str!("../../cli/tests/fixtures/bad.json");
    let mut random = Random(2);
    for _ in 0..500 {
        let splice = |random: &mut Random, text: &str| {
            let at = random.cut(text);
            let piece = random.piece(text).to_owned();
            format!(
                "{}{piece}{}",
                &text[..at],
                &text[random.cut(text).max(at)..]
            )
        };
        let mut index = Index::new(&catalog, Settings::default());
        // Refused or checked: both are answers.
        if let Err(error) = check_rules(
            &[Source::new("r.yml", splice(&mut random, rules))],
            &mut index,
        ) {
            assert!(error.line >= 1);
        }
        let source = Source::new("d.json", splice(&mut random, board));
        if let Err(error) = check_dashboards(&[source], &index, &BTreeMap::new()) {
            assert!(!error.message.is_empty());
        }
    }
}
