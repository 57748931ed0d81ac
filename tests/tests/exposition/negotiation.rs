//! Which format answers which `Accept` header.

use metricset::encode::Format::{self, OpenMetrics, PrometheusText};

#[track_caller]
fn check(table: &[(&str, Format)]) {
    for (accept, format) in table {
        assert_eq!(Format::negotiate(Some(accept)), *format, "{accept}");
    }
}

#[test]
fn what_clients_send() {
    check(&[
        // Prometheus 2.30.
        (
            "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OpenMetrics,
        ),
        // Prometheus 2.42, without and with native histograms.
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OpenMetrics,
        ),
        (
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OpenMetrics,
        ),
        // Prometheus 3, an early and a later one.
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1",
            OpenMetrics,
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            OpenMetrics,
        ),
        // Prometheus 3 with text first: version 1.0.0 is not ours, 0.0.4 is.
        (
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.3,*/*;q=0.1",
            PrometheusText,
        ),
        // VictoriaMetrics.
        ("text/plain;version=0.0.4;q=1,*/*;q=0.1", PrometheusText),
        // curl.
        ("*/*", PrometheusText),
        // Firefox, Chromium.
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            PrometheusText,
        ),
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
            PrometheusText,
        ),
    ]);
    assert_eq!(Format::negotiate(None), PrometheusText);
}

#[test]
fn the_highest_quality_wins() {
    check(&[
        (
            "text/plain;q=0.4, application/openmetrics-text;q=0.5",
            OpenMetrics,
        ),
        (
            "text/plain;q=0.5, application/openmetrics-text;q=0.4",
            PrometheusText,
        ),
        (
            "text/plain;q=0.501, application/openmetrics-text;q=0.5",
            PrometheusText,
        ),
        // A tie goes to the richer format if it was named.
        ("text/plain, application/openmetrics-text", OpenMetrics),
        (
            "text/plain;q=0.3, application/openmetrics-text;q=0.3",
            OpenMetrics,
        ),
        ("text/plain, */*", PrometheusText),
        ("application/openmetrics-text, */*", OpenMetrics),
        ("text/*, application/*", PrometheusText),
    ]);
}

#[test]
fn the_closest_range_decides() {
    check(&[
        ("text/plain;q=0.1, */*", OpenMetrics),
        ("text/*;q=0.1, */*;q=0.5", OpenMetrics),
        (
            "text/plain;q=0.1, text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5",
            PrometheusText,
        ),
        ("application/*", OpenMetrics),
        ("text/*", PrometheusText),
        // Refused by name.
        ("text/plain;q=0, */*;q=0.1", OpenMetrics),
        (
            "application/openmetrics-text;q=0, application/*, text/plain;q=0.1",
            PrometheusText,
        ),
        (
            "application/openmetrics-text;version=1.0.0;q=0.000, application/openmetrics-text;version=0.0.1, text/plain;q=0.1",
            PrometheusText,
        ),
    ]);
}

#[test]
fn versions_that_are_not_served_do_not_count() {
    check(&[
        (
            "application/openmetrics-text;version=2.0.0, text/plain;q=0.1",
            PrometheusText,
        ),
        (
            "text/plain;version=1.0.0, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            "application/openmetrics-text;version=0.0.1, text/plain;q=0.9",
            OpenMetrics,
        ),
        ("text/plain;version=1.0.0", PrometheusText),
    ]);
}

#[test]
fn spelling_does_not_matter() {
    check(&[
        (
            "TEXT/PLAIN;Q=0.1,Application/OpenMetrics-Text;VERSION=1.0.0;Q=0.2",
            OpenMetrics,
        ),
        (
            "\ttext/plain ; q=0.1 , application/openmetrics-text ; version=1.0.0 ;; q=0.2 ;",
            OpenMetrics,
        ),
        (
            r#"text/plain;q=0.1,application/openmetrics-text;version="1.0.0";q=0.2"#,
            OpenMetrics,
        ),
        (
            r#"text/plain;q=0.1,application/openmetrics-text;note="a,b;q=0 \" ";version="1\.0.0";q=0.2"#,
            OpenMetrics,
        ),
    ]);
}

#[test]
fn malformed_parts_are_skipped() {
    check(&[
        ("", PrometheusText),
        (",;,", PrometheusText),
        ("openmetrics", PrometheusText),
        ("q=1", PrometheusText),
        ("/;q=1, application/openmetrics-text;q=0.1", OpenMetrics),
        (
            "text/plain;q=high, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            "text/plain;q=1.5, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            "text/plain;q=-1, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            "text/plain;q=0.1234, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            "text/plain;q, application/openmetrics-text;q=0.1",
            OpenMetrics,
        ),
        (
            r#"application/openmetrics-text;q=0.1, text/plain;version="0.0.4"#,
            OpenMetrics,
        ),
        ("é/ü;q=½, application/openmetrics-text", OpenMetrics),
        ("application/json", PrometheusText),
        ("text/plain;q=0", PrometheusText),
    ]);
}
