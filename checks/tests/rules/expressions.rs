//! Each check on expressions: what it finds and what it leaves alone.

use metricset_checks::most_series;

use super::{catalog, check};

/// The checks that find something in an alert whose text names the instance.
fn found(expr: &str) -> Vec<&'static str> {
    let expr = expr.replace('\'', "''");
    let yaml = format!(
        "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: '{expr}'\n    annotations:\n      summary: '{{{{ $labels }}}}'\n"
    );
    let mut names: Vec<_> = check(&yaml)
        .into_iter()
        .map(|finding| finding.check.name)
        .collect();
    names.dedup();
    names
}

#[test]
fn each_check_finds_its_case_and_accepts_the_fixed_one() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "syntax",
            "rate(app_requests_total)",
            "rate(app_requests_total[5m])",
        ),
        (
            "unknown_metric",
            "rate(app_request_total[5m])",
            "rate(node_cpu[5m])",
        ),
        ("unknown_metric", "ap_connections", "app_connections"),
        (
            "histogram_suffix",
            "app_connections_count",
            "rate(app_latency_seconds_count[5m])",
        ),
        (
            "bare_histogram",
            "rate(app_latency_seconds[5m])",
            "rate(app_latency_seconds_sum[5m])",
        ),
        (
            "optional_metric",
            "app_queue_depth > 10",
            "app_connections > 10",
        ),
        (
            "unknown_label",
            r#"app_connections{code="1"}"#,
            r#"app_connections{zone="a",job="b"}"#,
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{status="505"}[5m])"#,
            r#"rate(app_requests_total{status="500"}[5m])"#,
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{status=~"3.."}[5m])"#,
            r#"rate(app_requests_total{status=~"[45].."}[5m])"#,
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{status!="505"}[5m])"#,
            r#"rate(app_requests_total{status!="500"}[5m])"#,
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{status!~"[0-9]+"}[5m])"#,
            r#"rate(app_requests_total{status!~"5.."}[5m])"#,
        ),
        (
            "unknown_group_label",
            "sum by (endpoint) (rate(app_requests_total[5m]))",
            "sum by (method, zone) (rate(app_requests_total[5m]))",
        ),
        (
            "unknown_group_label",
            "sum without (endpoint) (rate(app_requests_total[5m]))",
            "sum without (method) (rate(app_requests_total[5m]))",
        ),
        (
            "unknown_group_label",
            "app_connections / on (instanc) app_limit",
            "app_connections / on (instance) app_limit",
        ),
        (
            "rate_of_gauge",
            "rate(app_connections[5m])",
            "deriv(app_connections[5m])",
        ),
        (
            "gauge_function_of_counter",
            "delta(app_requests_total[5m])",
            "increase(app_requests_total[5m])",
        ),
        (
            "counter_without_rate",
            "rate(sum(app_errors_total)[5m:1m])",
            "max_over_time(sum(rate(app_errors_total[5m]))[1h:1m])",
        ),
        (
            "counter_without_rate",
            "histogram_quantile(0.9, sum by (le) (app_latency_seconds_bucket))",
            "histogram_quantile(0.9, sum by (le) (rate(app_latency_seconds_bucket[5m])))",
        ),
        (
            "gauge_function_of_counter",
            "holt_winters(app_requests_total[1h], 0.5, 0.5)",
            "double_exponential_smoothing(app_connections[1h], 0.5, 0.5)",
        ),
        (
            "counter_without_rate",
            "app_errors_total > 5",
            "increase(app_errors_total[5m]) > 5",
        ),
        (
            "counter_without_rate",
            "sum(app_errors_total)",
            "count(app_errors_total)",
        ),
        (
            "histogram_quantile_without_le",
            "histogram_quantile(0.9, sum by (method) (rate(app_latency_seconds_bucket[5m])))",
            "histogram_quantile(0.9, sum by (method, le) (rate(app_latency_seconds_bucket[5m])))",
        ),
        (
            "histogram_quantile_without_le",
            "histogram_quantile(0.9, sum(rate(app_latency_seconds_bucket[5m])))",
            "histogram_quantile(0.9, sum without (method) (rate(app_latency_seconds_bucket[5m])))",
        ),
        (
            "histogram_quantile_of_non_histogram",
            "histogram_quantile(0.9, rate(app_latency_seconds_sum[5m]))",
            "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m]))",
        ),
        (
            "quantile_range",
            "histogram_quantile(95, rate(app_latency_seconds_bucket[5m]))",
            "histogram_quantile(0.95, rate(app_latency_seconds_bucket[5m]))",
        ),
        (
            "quantile_range",
            "quantile(-1, app_connections)",
            "quantile(0, app_connections)",
        ),
        (
            "summary_quantile_aggregated",
            r#"avg(app_size_bytes{quantile="0.5"})"#,
            r#"max(app_size_bytes{quantile="0.5"})"#,
        ),
        (
            "summary_quantile_aggregated",
            "sum by (method) (max_over_time(app_size_bytes[5m]))",
            "sum(rate(app_size_bytes_sum[5m])) / sum(rate(app_size_bytes_count[5m]))",
        ),
        (
            "unknown_label_value",
            r#"app_size_bytes{quantile="1"}"#,
            r#"app_size_bytes{quantile="1.0",method="GET"}"#,
        ),
        (
            "rate_of_gauge",
            r#"rate(app_size_bytes{quantile="0.5"}[5m])"#,
            "rate(app_size_bytes_count[5m])",
        ),
        (
            "histogram_suffix",
            "app_size_bytes_bucket",
            "rate(app_size_bytes_sum[5m])",
        ),
        (
            "threshold_unreachable",
            "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 5",
            "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 4",
        ),
        (
            "threshold_unreachable",
            "1000 * histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 5000",
            "1000 * histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 4000",
        ),
        (
            "threshold_unreachable",
            "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 0.05",
            "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m])) > 0.5",
        ),
        (
            "threshold_without_buckets",
            "histogram_quantile(0.9, rate(app_foreign_seconds_bucket[5m])) > 5",
            "histogram_quantile(0.9, rate(app_foreign_seconds_bucket[5m]))",
        ),
        (
            "constant_comparison",
            "rate(app_requests_total[5m]) < 0",
            "rate(app_requests_total[5m]) == 0",
        ),
        ("constant_comparison", "up > 1", "up == 0"),
        (
            "constant_comparison",
            r#"rate(app_requests_total{status="500"}[5m]) >= 0"#,
            r#"rate(app_requests_total{status="500"}[5m]) > 0"#,
        ),
        (
            "constant_comparison",
            "count(up == 1) == 0",
            "(count(up == 1) or vector(0)) == 0",
        ),
        (
            "matching_labels_differ",
            "app_connections > 5 and hour() > 8",
            "app_connections > 5 and on () hour() > 8",
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{method=~"GET|PUT"}[5m])"#,
            r#"rate(app_requests_total{method=~"GET|POST|"}[5m])"#,
        ),
        // Beyond `max_series` every label has that value, but there is no beyond without an open label.
        (
            "unknown_label_value",
            r#"rate(app_errors_total{kind="_overflow"}[5m])"#,
            r#"rate(app_jobs_total{kind="_overflow"}[5m])"#,
        ),
        (
            "unknown_label_value",
            r#"rate(app_requests_total{status!~"404|405"}[5m])"#,
            r#"rate(app_requests_total{status!~"404|500"}[5m])"#,
        ),
        ("constant_comparison", "app_mode == 2", "app_mode == 1"),
        (
            "constant_comparison",
            "count(app_connections) >= 1",
            "count(app_connections) > 1",
        ),
        (
            "matching_labels_differ",
            "rate(app_errors_total[5m]) / rate(app_requests_total[5m])",
            "sum(rate(app_errors_total[5m])) / sum(rate(app_requests_total[5m]))",
        ),
        (
            "matching_labels_differ",
            r#"rate(app_requests_total{status="500"}[5m]) / rate(app_requests_total{status="200"}[5m])"#,
            r#"rate(app_requests_total{status="500"}[5m]) / ignoring (status) rate(app_requests_total{status="200"}[5m])"#,
        ),
        (
            "matching_labels_differ",
            "app_connections and app_build_info",
            "app_connections and on (instance) app_build_info",
        ),
        (
            "ratio_of_self",
            r#"rate(app_requests_total{status=~"5.."}[5m]) / rate(app_requests_total[5m])"#,
            r#"sum(rate(app_requests_total{status=~"5.."}[5m])) / sum(rate(app_requests_total[5m]))"#,
        ),
        (
            "ratio_of_self",
            r#"sum by (status) (rate(app_requests_total{status=~"5.."}[5m])) / sum by (status) (rate(app_requests_total[5m]))"#,
            r#"sum by (method) (rate(app_requests_total{status=~"5.."}[5m])) / sum by (method) (rate(app_requests_total[5m]))"#,
        ),
        (
            "unmatched_series",
            "rate(app_bytes_total[5m]) / rate(app_packets_total[5m])",
            "app_connections / app_limit",
        ),
        (
            "short_window",
            "rate(app_errors_total[20s])",
            "rate(app_errors_total[30s])",
        ),
        (
            "absent_of_closed",
            "absent(app_connections)",
            "absent(app_queue_depth) and absent(up)",
        ),
        (
            "absent_of_closed",
            "absent(rate(app_errors_total[5m]))",
            r#"absent(app_bytes_total{client="a"})"#,
        ),
    ];
    for (check, wrong, right) in cases {
        assert!(
            found(wrong).contains(check),
            "{check} in `{wrong}`, found {:?}",
            found(wrong)
        );
        assert!(!found(right).contains(check), "{check} in `{right}`");
    }
}

#[test]
fn families_are_as_large_as_their_labels_allow() {
    let catalog = catalog();
    let most = |name: &str| {
        let (_, family) = catalog
            .families()
            .find(|(_, one)| one.name == name)
            .unwrap();
        most_series(family).unwrap()
    };
    assert_eq!(most("app_connections"), 1);
    assert_eq!(most("app_requests_total"), 6);
    assert_eq!(most("app_bytes_total"), 2_000);
    // Three bounds, `+Inf`, sum and count.
    assert_eq!(most("app_latency_seconds"), 2 * 6);
    // An open label, and one series all the same.
    assert_eq!(most("app_build_info"), 1);
}

#[test]
fn accepted_expressions_raise_nothing_at_all() {
    for expr in [
        "app_connections > 100",
        r#"sum by (instance) (rate(app_requests_total{status=~"5.."}[5m])) / sum by (instance) (rate(app_requests_total[5m])) > 0.05"#,
        "histogram_quantile(0.99, sum by (instance, le) (rate(app_latency_seconds_bucket[5m]))) > 2.5",
        "rate(app_latency_seconds_sum[5m]) / rate(app_latency_seconds_count[5m])",
        r#"sum by (instance) (rate(app_latency_seconds_bucket{le="1.0"}[5m])) / sum by (instance) (rate(app_latency_seconds_count[5m])) < 0.99"#,
        "max_over_time(app_connections[1h] offset 1d) / app_limit > 0.9",
        "app_connections * on (instance, job, zone) group_left (version) app_build_info",
        "predict_linear(app_connections[1h], 3600) > scalar(sum(app_limit))",
        r#"up{job="app"} == 0"#,
        "changes(app_errors_total[1h]) > 0 unless on (instance) up == 0",
        "label_replace(app_connections, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
        // Another time, or another quantile, is not the same.
        "sum(rate(app_requests_total[5m])) / sum(rate(app_requests_total[5m] offset 1w)) < 0.5",
        "app_connections / app_connections offset 1d > 2",
        "sum(rate(app_requests_total[5m])) / sum(rate(app_requests_total[5m] @ end())) > 2",
        "quantile(0.9, app_connections) / quantile(0.5, app_connections) > 3",
        // Whether there are any.
        r#"count(up{job="app"} == 0) > 0"#,
        "count(up == 0) >= 1",
        "count(count by (version) (app_build_info)) > 1",
        "count(app_bytes_total) > 0",
        r#"absent(up{job="app"}) > 0"#,
        // Without NaN.
        "rate(app_latency_seconds_sum[5m]) / rate(app_latency_seconds_count[5m]) >= 0",
        "(sum(rate(app_errors_total[5m])) or vector(0)) / sum(rate(app_requests_total[5m])) > 0.01",
        r#"(rate(app_requests_total{status="500"}[5m]) or rate(app_requests_total{status="404"}[5m])) / rate(app_requests_total{status="404"}[5m])"#,
        "(app_connections or app_build_info) / app_connections",
        r#"sum by (s) (label_replace(rate(app_requests_total[5m]), "s", "5xx", "status", "5..")) / on (s) sum by (s) (label_replace(rate(app_requests_total[5m]), "s", "5xx", "status", ".*"))"#,
        r#"sum by (status) (label_replace(rate(app_requests_total{status="500"}[5m]), "status", "5xx", "status", "5..")) / on (status) sum by (status) (label_replace(rate(app_requests_total{status="404"}[5m]), "status", "5xx", "status", ".*"))"#,
        "app_bytes_total unless app_bytes_total offset 10m",
        "app_connections > 5 and on () hour() > 8 < 18",
        r#"count by (__name__) ({__name__=~"app_.+"})"#,
        r#"{__name__="app_connections"} > 5"#,
        "sum(app_connections > bool 5) >= 2",
        "avg_over_time((app_connections > bool 10)[1h:]) > 0.5",
        "max_over_time(rate(app_requests_total[5m])[1h:1m]) > 100",
        r#"count_values("version", app_build_info)"#,
        "absent_over_time(up[10m])",
        r#"sum(ALERTS{alertstate="firing"}) by (alertname) > 1"#,
        "histogram_quantile(0.9, rate(app_latency_seconds_bucket[5m]) or rate(app_foreign_seconds_bucket[5m])) > 9000",
        "app_connections > on () group_left () sum(app_limit)",
        "topk(3, sum by (client) (rate(app_bytes_total[5m])))",
        "app_connections != app_connections offset 1h",
        "count by (__name__, instance) (app_connections)",
        "app_connections / ignoring (__name__) app_limit",
        "holt_winters(app_connections[1h], 0.5, 0.5) > 1",
    ] {
        assert_eq!(found(expr), [""; 0], "`{expr}`");
    }
}

/// They would be as deep on the stack.
#[test]
fn expressions_that_are_too_deep_are_refused() {
    let chain = |terms: usize| vec!["app_connections"; terms].join(" + ");
    let parens = |depth: usize| format!("{}app_limit{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(found(&chain(200)), [""; 0]);
    assert_eq!(found(&parens(200)), [""; 0]);
    let signs = format!("{}app_limit", "-".repeat(100_000));
    for deep in [chain(100_000), parens(100_000), "(".repeat(100_000), signs] {
        assert_eq!(found(&deep), ["syntax"]);
    }
}

#[test]
fn every_check_explains_itself() {
    let mut seen = std::collections::BTreeSet::new();
    for check in metricset_checks::checks() {
        assert!(seen.insert(check.name), "{} twice", check.name);
        assert!(check.explanation.contains("\n\nFound: "), "{}", check.name);
        assert!(check.explanation.contains("\nAccepted: "), "{}", check.name);
    }
    assert!(seen.len() > 40);
}
