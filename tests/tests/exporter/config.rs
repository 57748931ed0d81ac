//! The section `metrics` of a configuration: the documents that programs publish, and what is refused in them.

use metricset::export::ExporterConfig;
use metricset::{Counter, MetricSet, RegisterError, Registry};
use serde::Deserialize;

use crate::client::get;

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    metrics: ExporterConfig,
}

/// A missing section says "no".
#[derive(Debug, Deserialize)]
struct OffByDefault {
    #[serde(default = "ExporterConfig::disabled")]
    metrics: ExporterConfig,
}

fn json(text: &str) -> Result<ExporterConfig, String> {
    let config: Result<Config, _> = serde_json::from_str(text);
    config
        .map(|config| config.metrics)
        .map_err(|e| e.to_string())
}

fn yaml(text: &str) -> Result<ExporterConfig, String> {
    let config: Result<Config, _> = serde_saphyr::from_str(text);
    config
        .map(|config| config.metrics)
        .map_err(|e| e.to_string())
}

fn toml(text: &str) -> Result<ExporterConfig, String> {
    let config: Result<Config, _> = toml::from_str(text);
    config
        .map(|config| config.metrics)
        .map_err(|e| e.to_string())
}

/// Messages.
#[derive(MetricSet)]
#[metrics(prefix = "chat")]
struct Messages {
    /// Messages sent.
    messages_sent_total: Counter,
}

static MESSAGES: Messages = Messages::global();

/// Webhooks, under a longer prefix.
#[derive(MetricSet)]
#[metrics(prefix = "chat_webhooks")]
struct Webhooks {
    /// Webhooks sent.
    sent_total: Counter,
}

static WEBHOOKS: Webhooks = Webhooks::global();

#[tokio::test]
async fn the_same_section_in_three_languages_moves_the_exporter_and_its_names() {
    let documents = [
        json(
            r#"{"metrics": {"enabled": true, "driver": "prometheus", "host": "127.0.0.1", "port": 0,
                "prometheus": {"prefix": "my_company_chat_"}}}"#,
        ),
        yaml(
            "metrics:\n  enabled: true # or not\n  driver: prometheus\n  host: 127.0.0.1\n  port: 0\n  \
             prometheus:\n    prefix: my_company_chat_\n",
        ),
        toml(
            "[metrics]\nenabled = true\ndriver = \"prometheus\"\nhost = \"127.0.0.1\"\nport = 0\n\
             [metrics.prometheus]\nprefix = \"my_company_chat_\"\n",
        ),
    ];
    MESSAGES.messages_sent_total.inc();
    WEBHOOKS.sent_total.inc();
    for metrics in documents.map(Result::unwrap) {
        let registry = Registry::builder()
            .replace_prefix("chat", metrics.prefix_or("chat"))
            .linked()
            .unwrap();
        // The address that the document replaces is one that nothing can listen on.
        let exporter = metrics.exporter("192.0.2.1", 1).unwrap();
        let server = exporter.registry(registry).listen().await.unwrap();
        let addr = server.local_addr();
        let serving = tokio::spawn(server.serve());
        let exposition = get(addr, "/metrics").await;
        assert_eq!(
            exposition.sample("my_company_chat_messages_sent_total"),
            Some(1.0)
        );
        assert_eq!(
            exposition.sample("my_company_chat_webhooks_sent_total"),
            Some(1.0)
        );
        assert_eq!(exposition.sample("chat_messages_sent_total"), None);
        // The library's own names are no business of the program's prefix.
        assert!(
            exposition
                .text()
                .contains("\nmetricset_exporter_exposed_series ")
        );
        serving.abort();
    }
}

#[tokio::test]
async fn what_is_not_set_is_the_programs_own() {
    for metrics in [json("{}"), json(r#"{"metrics": {}}"#), yaml("metrics: {}")] {
        let metrics = metrics.unwrap();
        assert_eq!(metrics, ExporterConfig::default());
        assert_eq!(metrics.prefix_or("chat"), "chat");
        let exporter = metrics.exporter("127.0.0.1", 0).unwrap();
        let server = exporter.registry(Registry::new()).listen().await.unwrap();
        assert_eq!(server.local_addr().ip().to_string(), "127.0.0.1");
    }
    let v6 = json(r#"{"metrics": {"host": "::1", "port": 0}}"#).unwrap();
    let exporter = v6.exporter("127.0.0.1", 0).unwrap();
    let server = exporter.registry(Registry::new()).listen().await.unwrap();
    assert_eq!(server.local_addr().ip().to_string(), "::1");
}

#[test]
fn with_metrics_disabled_there_is_no_exporter_and_recording_goes_on() {
    /// Jobs.
    #[derive(MetricSet)]
    #[metrics(prefix = "disabled", register = false)]
    struct Jobs {
        /// Jobs done.
        jobs_total: Counter,
    }
    let omitted: OffByDefault = serde_saphyr::from_str("server: {}").unwrap();
    for metrics in [
        yaml("metrics:\n  enabled: false\n").unwrap(),
        omitted.metrics,
    ] {
        assert!(metrics.exporter("127.0.0.1", 0).is_none());
        let registry = Registry::new();
        let jobs: Jobs = registry.register().unwrap();
        jobs.jobs_total.inc();
        assert_eq!(jobs.jobs_total.get(), 1);
    }
}

#[test]
fn unknown_keys_are_errors_that_name_the_key_and_the_accepted_ones() {
    let errors = [
        json(r#"{"metrics": {"prot": 9601}}"#).unwrap_err(),
        yaml("metrics:\n  prot: 9601\n").unwrap_err(),
        toml("[metrics]\nprot = 9601\n").unwrap_err(),
    ];
    for error in errors {
        assert!(
            error.contains(
                "unknown key `metrics.prot`: write `port`, or another of `enabled`, `driver`, `host`, `prometheus`"
            ),
            "{error}"
        );
    }
    let error = toml("[metrics]\nhost = \"::1\"\nprot = 9601\n").unwrap_err();
    assert!(error.contains("line 3, column 1"), "{error}");
    let error = json(r#"{"metrics": {"prometheus": {"Prefix": "chat"}}}"#).unwrap_err();
    assert!(
        error.contains("unknown key `metrics.prometheus.Prefix`: write `prefix`"),
        "{error}"
    );
}

#[test]
fn bad_values_are_errors_that_name_the_key_and_what_it_takes() {
    for (key, value, takes) in [
        ("enabled", "\"maybe\"", "`true` or `false`"),
        ("enabled", "1", "`true` or `false`"),
        ("driver", "\"statsd\"", "`prometheus`"),
        ("driver", "true", "`prometheus`"),
        ("host", "\"0.0.0.0:9601\"", "without a port"),
        ("host", "\"\"", "an IP address or a host name"),
        ("port", "70000", "a port from 0 to 65535"),
        ("port", "-1", "a port from 0 to 65535"),
        ("port", "96.5", "a port from 0 to 65535"),
        ("port", "\"9601\"", "a port from 0 to 65535"),
        ("prometheus", "\"chat_\"", "a section of keys"),
        (
            "prometheus",
            "{\"prefix\": \"My-Company\"}",
            "lower-case letters",
        ),
        ("prometheus", "{\"prefix\": 7}", "lower-case letters"),
    ] {
        let section = format!("{{\"metrics\": {{\"{key}\": {value}}}}}");
        // JSON is YAML.
        for error in [json(&section).unwrap_err(), yaml(&section).unwrap_err()] {
            assert!(error.contains(&format!("`metrics.{key}")), "{error}");
            assert!(error.contains(takes), "{error}");
        }
    }
    let error = toml("metrics = 9601\n").unwrap_err();
    assert!(error.contains("a section of keys for `metrics`"), "{error}");
    let twice = json(r#"{"metrics": {"port": 1, "port": 2}}"#).unwrap_err();
    assert!(twice.contains("`metrics.port` is there twice"), "{twice}");
}

#[test]
fn a_prefix_that_nothing_declares_cannot_be_replaced() {
    for (declared, prefix) in [("caht", "x"), ("cha", "x"), ("chat_web", "x")] {
        let error = Registry::builder()
            .replace_prefix(declared, prefix)
            .linked()
            .unwrap_err();
        assert!(matches!(error, RegisterError::PrefixNotDeclared { .. }));
        assert!(
            error.to_string().contains(&format!("`{declared}`")),
            "{error}"
        );
    }
    let none = Registry::builder().replace_prefix("chat", "").linked();
    let names: Vec<_> = format!("{:?}", none.unwrap())
        .split('"')
        .map(str::to_owned)
        .collect();
    assert!(names.contains(&"messages_sent_total".to_owned()));
    assert!(names.contains(&"webhooks_sent_total".to_owned()));
}
