//! Alert rules, loaded into a real Prometheus.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;

use metricset_tests::poll::eventually;

use crate::EXAMPLES;
use crate::server::Server;

/// The rules, firing as soon as their condition holds: nobody waits for five minutes in a test. The expressions stay as they
/// are.
pub(crate) fn at_once(rules: &str) -> String {
    let is_kept = |line: &&str| !line.trim_start().starts_with("for: ");
    let lines: Vec<_> = rules.lines().filter(is_kept).collect();
    lines.join("\n")
}

impl Server {
    /// Waits until these alerts of a rule file fire, each for its target, and no others that name one.
    pub(crate) fn wait_for_alerts(&self, file: &str, expected: &[(&str, SocketAddr)]) {
        let expected: BTreeSet<_> = expected
            .iter()
            .map(|(alert, target)| ((*alert).to_owned(), target.to_string()))
            .collect();
        eventually("the alerts", || {
            let data = self.api("alerts", &[])?;
            let firing: BTreeSet<_> = data["alerts"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|alert| alert["state"] == "firing")
                .filter_map(|alert| {
                    let label = |name: &str| alert["labels"][name].as_str().map(str::to_owned);
                    Some((label("alertname")?, label("instance")?))
                })
                .collect();
            match firing == expected {
                true => Ok(()),
                false => Err(format!("firing: {firing:?}")),
            }
        });
        let groups = self.api("rules", &[]).expect("the rules are loaded");
        let rules = groups["groups"][0]["rules"]
            .as_array()
            .expect("a group of rules");
        assert_eq!(rules.len(), file.matches("- alert: ").count());
        for rule in rules {
            assert_eq!(rule["health"], "ok", "{rule}");
        }
    }
}

#[test]
fn promtool_accepts_the_alert_rules() {
    for system in EXAMPLES {
        let status = Command::new("promtool")
            .args(["check", "rules"])
            .arg(format!("../examples/{system}/alerts.yml"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("promtool is not installed: run `cargo xtask tools`");
        assert!(status.success(), "{system}");
    }
}
