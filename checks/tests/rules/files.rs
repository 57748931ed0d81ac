//! What belongs to the file around expressions: texts of alerts, names that are recorded, comments, places.

use metricset_checks::{Finding, Index, Settings, Source, check_rules};

use super::{catalog, check};

fn rule(body: &str) -> Vec<Finding> {
    check(&format!("groups:\n- name: g\n  rules:\n{body}"))
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.check.name).collect()
}

#[test]
fn templates_and_texts_of_alerts() {
    let alert = |expr: &str, summary: &str| {
        let yaml = format!(
            "  - alert: A\n    expr: {expr}\n    annotations:\n      summary: \"{summary}\"\n"
        );
        let findings = rule(&yaml);
        names(&findings)
    };
    let sum = "sum(rate(app_errors_total[5m])) > 1";
    assert_eq!(alert(sum, "on {{ $labels.instance }}"), ["template_label"]);
    assert_eq!(
        alert(
            "sum by (instance) (rate(app_errors_total[5m])) > 1",
            "on {{ $labels.instance }}"
        ),
        [""; 0]
    );
    let each = "rate(app_errors_total[5m]) > 1";
    assert_eq!(
        alert(each, "on {{ $labels.instance }}"),
        ["per_series_threshold"]
    );
    assert_eq!(
        alert(each, "{{ $labels.kind }} on {{ $labels.instance }}"),
        [""; 0]
    );
    assert_eq!(
        alert(
            "app_connections == 0 or absent(up{job='app'})",
            "{{ $labels.instance }}"
        ),
        [""; 0]
    );
    assert_eq!(
        alert("app_connections > 9", "many"),
        ["alert_without_instance"]
    );
    // Labels of samples that the template itself asks for.
    let query = "{{ range query `up` }}{{ .Labels.zone }}{{ end }}";
    assert_eq!(alert(sum, query), [""; 0]);
    assert_eq!(alert(sum, "{{ .Labels.zone }}"), ["template_label"]);
}

/// Prometheus expands templates before it adds these.
#[test]
fn labels_of_the_rule_are_not_in_its_templates() {
    let findings = rule(
        "  - alert: A
    expr: sum(app_connections) > 9
    labels: {severity: page}
    annotations: {summary: '{{ $labels.severity }} {{ $labels.alertname }}'}
",
    );
    assert_eq!(names(&findings), ["template_label", "template_label"]);
    let fix = findings[0].fix.as_ref().unwrap();
    assert!(fix.message.contains("write the value out"), "{fix:?}");
}

#[test]
fn names_of_recording_rules() {
    let record = |name: &str, expr: &str| {
        let findings = rule(&format!("  - record: {name}\n    expr: {expr}\n"));
        findings
            .iter()
            .map(|finding| {
                let fix = finding.fix.as_ref().and_then(|fix| fix.replace.as_ref());
                (finding.check.name, fix.map(|(_, by)| by.clone()))
            })
            .collect::<Vec<_>>()
    };
    let by_job = "sum by (job) (rate(app_errors_total[5m]))";
    assert_eq!(
        record("errors_rate", by_job),
        [("record_name", Some("job:app_errors:rate5m".into()))]
    );
    assert_eq!(
        record("job:app_errors_total:rate5m", by_job),
        [("record_name", Some("job:app_errors:rate5m".into()))]
    );
    for right in [
        "job:app_errors:rate5m",
        "job:app:errors:rate5m",
        ":app_errors:rate5m",
    ] {
        assert_eq!(record(right, by_job), []);
    }
    // Only a rate is no total any more.
    let increase = "sum by (job) (increase(app_errors_total[1h]))";
    assert_eq!(record("job:app_errors_total:increase1h", increase), []);
}

#[test]
fn recorded_names_are_known_with_their_labels() {
    let findings = rule(
        "  - alert: A
    expr: job:app_errors:rate5m{kind=\"io\"} > 1 and sum by (kind) (job:app_errors:rate5m)
    annotations: {summary: \"{{ $labels.instance }}\"}
  - record: job:app_errors:rate5m
    expr: sum by (job) (rate(app_errors_total[5m]))
",
    );
    assert_eq!(
        names(&findings),
        [
            "unknown_group_label",
            "matching_labels_differ",
            "template_label"
        ]
    );
}

#[test]
fn recording_rules_are_known_across_files_and_through_chains() {
    let file = |path: &str, rules: &str| {
        Source::new(path, format!("groups:\n- name: g\n  rules:\n{rules}"))
    };
    let alert = file(
        "alerts.yml",
        "  - alert: A
    expr: histogram_quantile(0.9, job:app:d:e) > 5
    annotations: {summary: '{{ $labels.job }}'}
  - alert: B
    expr: job:app_requests:rate5m{status=~\"404|500\"} / ignoring (status) job:app_requests:rate5m{status=\"404\"} > 5
    annotations: {summary: '{{ $labels.job }}'}
",
    );
    // Each uses the next.
    let chain = file(
        "chain.yml",
        "  - {record: 'job:app:d:e', expr: 'sum by (job, le) (job:app:c:d)'}
  - {record: 'job:app:c:d', expr: 'sum by (job, le) (job:app:b:c)'}
  - {record: 'job:app:b:c', expr: 'sum by (job, le) (job:app:a:b)'}
  - {record: 'job:app:a:b', expr: 'sum by (job, le) (rate(app_latency_seconds_bucket[5m]))'}
",
    );
    // One name, recorded by several rules.
    let several = file(
        "several.yml",
        "  - {record: 'job:app_requests:rate5m', labels: {status: '404'}, expr: 'sum by (job) (rate(app_requests_total[5m]))'}
  - {record: 'job:app_requests:rate5m', labels: {status: '500'}, expr: 'sum by (job) (rate(app_requests_total[5m]))'}
",
    );
    let mut index = Index::new(&catalog(), Settings::default());
    let findings = check_rules(&[alert, chain, several], &mut index).unwrap();
    assert_eq!(names(&findings), ["threshold_unreachable"]);
}

#[test]
fn aliases_stand_for_what_they_name() {
    let findings = rule(
        "  - &first
    alert: A
    expr: app_connections > 5
    annotations: &text {summary: 'on {{ $labels.instance }}'}
  - alert: B
    expr: app_connections > 6
    annotations: *text
  - <<: *first
    alert: C
    expr: app_conections > 7
",
    );
    assert_eq!(names(&findings), ["unknown_metric"]);
    assert_eq!(findings[0].place.item, "alert `C`");
}

#[test]
fn rules_inside_a_resource_of_kubernetes() {
    let findings = check(
        "apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
  - name: g
    rules:
    - {record: 'job:app_errors:rate5m', expr: 'rate(app_eror_total[5m])'}
",
    );
    assert_eq!(names(&findings), ["unknown_metric"]);
}

#[test]
fn a_finding_points_at_the_piece_and_proposes_what_to_write() {
    let findings = rule(
        "  - alert: A
    expr: |
      sum(
        rate(app_requests_total{stats=\"500\"}[5m])
      ) > 1
",
    );
    let finding = &findings[0];
    assert_eq!(finding.check.name, "unknown_label");
    assert_eq!((finding.place.line, finding.place.column), (7, 33));
    assert_eq!(finding.place.piece, "stats");
    assert_eq!(finding.place.item, "alert `A`");
    let (_, by) = finding.fix.as_ref().unwrap().replace.as_ref().unwrap();
    assert_eq!(by, "status");
}

#[test]
fn comments_silence_one_rule_or_the_file() {
    let bad = "  - alert: A\n    expr: app_conections == 0 # metricset: allow(unknown_metric)\n  - alert: B\n    expr: app_conections == 0\n";
    let findings = rule(bad);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].place.item, "alert `B`");
    let above = rule(
        "  # metricset: allow(unknown_metric, alert_without_instance)\n  # because\n  - alert: B\n    expr: app_conections == 0\n",
    );
    assert_eq!(above, []);
    let whole = check(&format!(
        "# metricset: allow(unknown_metric)\ngroups:\n- name: g\n  rules:\n{bad}"
    ));
    assert_eq!(whole, []);
    let misspelt =
        rule("  - alert: B\n    expr: app_conections == 0 # metricset: allow(unknown_metrc)\n");
    assert_eq!(names(&misspelt), ["unknown_check", "unknown_metric"]);
}
