//! Dashboards as people have them: variables of every kind, several data sources, titles that say what they show.
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use metricset_checks::{Finding, Index, Settings, Source, check_dashboards, record_rules};
use metricset_model::catalog::Catalog;
use serde_json::{Value, json};

fn index() -> Index {
    let text = include_str!("../../cli/tests/fixtures/catalog.json");
    Index::new(&Catalog::from_json(text).unwrap(), Settings::default())
}

fn check(board: &Value) -> Vec<Finding> {
    let source = Source::new("board.json", board.to_string());
    check_dashboards(&[source], &index(), &BTreeMap::new()).unwrap()
}

fn variables() -> Value {
    json!([
        { "name": "instance", "type": "query", "multi": true, "current": { "value": ["$__all"] },
          "query": { "query": "label_values(app_requests_total{method=\"GET\"}, instance)" } },
        { "name": "client", "type": "query", "query": "label_values(app_received_bytes_total, client)" },
        { "name": "any", "type": "query", "query": "label_names()" },
        { "name": "method", "type": "custom", "query": "GET,POST", "current": { "value": ["GET", "POST"] } },
        { "name": "status", "type": "custom", "query": "fine : 200, broken : 500" },
        { "name": "window", "type": "interval", "query": "1m,5m", "current": { "value": "5m" } },
        { "name": "threshold", "type": "textbox", "query": "5" },
        { "name": "filters", "type": "adhoc" },
        { "name": "logs", "type": "datasource", "query": "loki" },
        { "name": "metrics", "type": "datasource", "query": "prometheus" },
    ])
}

/// What one panel raises, all variables of the dashboard being used.
fn panel(title: &str, source: &Value, expr: &str) -> Vec<&'static str> {
    let used = "$instance $client $any $method $status $window $threshold $logs $metrics";
    let board = json!({
        "description": used,
        "templating": { "list": variables() },
        "panels": [
            { "title": title, "datasource": source, "targets": [{ "expr": expr }] },
            // A dashboard needs one query.
            { "title": "Used", "targets": [{ "expr": "app_pool_connections_used" }] },
        ],
    });
    let findings = check(&board);
    findings.iter().map(|finding| finding.check.name).collect()
}

#[test]
fn variables_stand_for_what_fits() {
    for expr in [
        r#"sum(rate(app_requests_total{instance=~"$instance",method=~"${method:pipe}"}[$__rate_interval]))"#,
        r#"sum(rate(app_requests_total{instance=~"[[instance]]",method=~"[[method:regex]]"}[[[window]]]))"#,
        r#"sum(rate(app_requests_total{status="$status"}[$window]))"#,
        "app_pool_connections_used > $threshold",
        "app_pool_connections_used > $any",
        "topk($any, app_pool_connections_used)",
        "topk by ($any) ($any, app_pool_connections_used)",
        "clamp_max(app_pool_connections_used, $any)",
        "sum by (${any:csv}) (app_pool_connections_used)",
        r#"sum(rate(app_requests_total{$any="x"}[5m]))"#,
        "sum(rate($any[5m]))",
        r#"sum(rate(app_${any}_total{method="$method"}[5m]))"#,
        "app_pool_connections_used offset $any",
        "app_pool_connections_used @ ${__from:date:seconds}",
        "max_over_time(sum(rate(app_requests_total[1m]))[$__range:$__interval])",
        r#"label_replace(app_pool_connections_used, "host", "${1}", "instance", "(.*):.*")"#,
        r#"app_pool_connections_used{instance="$instance"} / on (job) app_pool_connections_used{instance="a"}"#,
    ] {
        assert_eq!(panel("", &Value::Null, expr), [""; 0], "`{expr}`");
    }
    for (check, expr) in [
        (
            "undefined_variable",
            "app_pool_connections_used > $treshold",
        ),
        ("unknown_label", r#"app_pool_connections_used{user="$any"}"#),
        (
            "unknown_label_value",
            r#"sum(rate(app_requests_total{method="${status}"}[5m]))"#,
        ),
        ("syntax", "topk($any app_pool_connections_used)"),
        ("rate_of_gauge", "rate(app_pool_connections_used[$any])"),
    ] {
        assert_eq!(panel("", &Value::Null, expr), [check], "`{expr}`");
    }
}

#[test]
fn findings_show_what_is_written() {
    let board = json!({
        "templating": { "list": variables() },
        "panels": [{ "targets": [{ "expr": "sum(rate($any[5m])) / app_request_total{client=\"$client\"}" }] }],
    });
    let findings = check(&board);
    let found = |name| findings.iter().find(|one| one.check.name == name).unwrap();
    assert_eq!(found("unknown_metric").place.piece, "app_request_total");
    let board = json!({ "panels": [{ "targets": [{ "expr": "max(app_requests_total{method=~\"$__all\"})" }] }] });
    let findings = check(&board);
    let (span, by) = findings[0].fix.as_ref().unwrap().replace.as_ref().unwrap();
    assert_eq!(by, r#"rate(app_requests_total{method=~\"$__all\"}[5m])"#);
    assert!(board.to_string()[span.clone()].ends_with("$__all\\\"}"));
}

/// In JSON the quotes of PromQL are escaped.
#[test]
fn a_fix_fits_where_it_is_put() {
    for expr in [
        r#"max(app_requests_total{method="GET"})"#,
        r#"rate(app_requests_total{status="501"}[5m])"#,
        r#"rate(app_requests_total{metod="GET"}[5m])"#,
        r#"rate(app_requests_total{status=~"5.."}[5m]) / rate(app_requests_total[5m])"#,
    ] {
        let board = json!({ "panels": [{ "targets": [{ "expr": expr }] }] });
        let findings = check(&board);
        let (span, by) = findings[0].fix.as_ref().unwrap().replace.as_ref().unwrap();
        let mut text = board.to_string();
        text.replace_range(span.clone(), by);
        let mended: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(check(&mended), [], "{text}");
    }
}

#[test]
fn only_queries_of_prometheus_are_read() {
    let logs = r#"sum(rate({app="x"} |= "error" [5m]))"#;
    for source in [
        json!({ "type": "loki", "uid": "a" }),
        json!({ "uid": "${logs}" }),
        json!("$logs"),
        json!("Loki"),
    ] {
        assert_eq!(panel("", &source, logs), [""; 0], "{source}");
    }
    for source in [
        Value::Null,
        json!({ "type": "prometheus", "uid": "a" }),
        json!({ "type": "grafana-amazonprometheus-datasource", "uid": "a" }),
        json!({ "uid": "${metrics}" }),
        json!("$metrics"),
        json!("Production"),
    ] {
        assert_eq!(panel("", &source, logs), ["syntax"], "{source}");
    }
}

#[test]
fn queries_of_variables_are_read() {
    let variable = |query: Value| {
        let board = json!({
            "description": "$v",
            "templating": { "list": [{ "name": "v", "type": "query", "query": query }] },
            "panels": [{ "targets": [{ "expr": "app_pool_connections_used" }] }],
        });
        let findings = check(&board);
        findings
            .iter()
            .map(|one| one.check.name)
            .collect::<Vec<_>>()
    };
    let none = [""; 0];
    assert_eq!(
        variable(json!("label_values(app_requests_total, method)")),
        none
    );
    assert_eq!(
        variable(json!("label_values(up{job=\"$v\"}, instance)")),
        none
    );
    assert_eq!(variable(json!("label_values(instance)")), none);
    assert_eq!(variable(json!("metrics(app_.*)")), none);
    let wrong = variable(json!({ "query": "label_values(app_request_total, method)" }));
    assert_eq!(wrong, ["unknown_metric"]);
    let wrong = variable(json!(
        "label_values(app_requests_total{verb=\"GET\"}, methd)"
    ));
    assert_eq!(wrong, ["unknown_label", "unknown_label"]);
    let wrong = variable(json!(
        "query_result(topk(5, rate(app_pool_connections_used[5m])))"
    ));
    assert_eq!(wrong, ["rate_of_gauge"]);
}

#[test]
fn titles_promise_labels_or_nothing() {
    let status = "sum by (status) (rate(app_requests_total[5m]))";
    let bytes = "sum(rate(app_received_bytes_total[5m])) / sum(rate(app_requests_total[5m]))";
    let clients = "topk(10, sum by (client) (rate(app_received_bytes_total[5m])))";
    for (title, expr) in [
        ("Requests by status", status),
        ("Requests by the status code", status),
        ("Requests per second by status", status),
        ("Bytes per request", bytes),
        ("Top 10 clients by traffic", clients),
        ("Connections per host", "app_pool_connections_used"),
    ] {
        assert_eq!(panel(title, &Value::Null, expr), [""; 0], "{title}");
    }
    for (title, expr) in [
        ("Requests by endpoint", status),
        ("Bytes per client", bytes),
        ("Connections by host", "sum(app_pool_connections_used)"),
    ] {
        assert_eq!(panel(title, &Value::Null, expr), ["title_label"], "{title}");
    }
}

#[test]
fn panels_may_use_what_rules_record() {
    let board = json!({ "targets": [{ "expr": "sum by (job) (job:app_requests:rate5m)" }] });
    let findings = check(&board);
    assert_eq!(findings[0].check.name, "unknown_metric");
    let fix = findings[0].fix.as_ref().unwrap();
    assert!(fix.message.contains("rule file"), "{fix:?}");

    let rules = "groups: [{name: g, rules: [{record: 'job:app_requests:rate5m', expr: 'sum by (job) (rate(app_requests_total[5m]))'}]}]";
    let mut index = index();
    record_rules(&[Source::new("rules.yml", rules)], &mut index).unwrap();
    let source = Source::new("board.json", board.to_string());
    let findings = check_dashboards(&[source], &index, &BTreeMap::new()).unwrap();
    assert_eq!(findings, []);
}

#[test]
fn an_alert_of_several_queries_has_labels_of_its_own() {
    let query = |expr: &str| json!({ "model": { "expr": expr } });
    let failed = query(r#"sum by (method) (rate(app_requests_total{status="500"}[5m]))"#);
    let all = query("sum(rate(app_requests_total[5m]))");
    let alert = |data: &[&Value]| {
        let text = json!({ "summary": "{{ $labels.method }} fails" });
        let rule = json!({ "title": "Failing", "data": data, "annotations": text });
        let findings = check(&json!({ "groups": [{ "rules": [rule] }] }));
        findings
            .iter()
            .map(|one| one.check.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(alert(&[&all]), ["template_label"]);
    assert_eq!(alert(&[&failed]), [""; 0]);
    assert_eq!(alert(&[&failed, &all]), [""; 0]);
}

#[test]
fn dashboards_come_in_several_wrappings() {
    let board = json!({
        "templating": { "list": [{ "name": "v", "type": "custom", "query": "a" }] },
        "panels": [{ "targets": [{ "expr": "app_pool_connections_used{instance=\"$v\"}" }] }],
    });
    assert_eq!(check(&board), []);
    assert_eq!(check(&json!({ "dashboard": board, "meta": {} })), []);
    let resource =
        |version: &str| json!({ "apiVersion": version, "kind": "Dashboard", "spec": board });
    assert_eq!(check(&resource("dashboard.grafana.app/v1beta1")), []);
    let source = Source::new("a", resource("dashboard.grafana.app/v2beta1").to_string());
    let refused = check_dashboards(&[source], &index(), &BTreeMap::new()).unwrap_err();
    assert!(refused.message.contains("schema v2"), "{refused}");
}

#[test]
fn panels_kept_elsewhere_may_use_a_variable() {
    let board = |library: Value| {
        json!({
            "templating": { "list": [{ "name": "v", "type": "custom", "query": "a" }] },
            "panels": [{ "targets": [{ "expr": "app_pool_connections_used" }] }, library],
        })
    };
    let findings = check(&board(Value::Null));
    assert_eq!(findings[0].check.name, "unused_variable");
    let findings = check(&board(
        json!({ "libraryPanel": { "uid": "a", "name": "Shared" } }),
    ));
    assert_eq!(findings, []);
}
