//! The alert rules beside an example, held against the documented ones.

use super::{Alert, Catalogue};
use crate::judge::ParsedFamily;

impl Catalogue {
    /// Holds a rule file against the documented alerts: every key, in the order of the document, and nothing else but comments.
    ///
    /// # Panics
    /// If they differ.
    pub fn assert_rules(&self, file: &str) {
        let mut documented = String::from("groups:\n");
        let mut group = None;
        for alert in &self.alerts {
            if group != Some(&alert.group) {
                group = Some(&alert.group);
                documented += &format!("  - name: {}\n    rules:\n", alert.group);
            }
            documented += &alert.rule();
        }
        // Comments are ours: what the rules are allowed to keep as it is documented.
        let rules: String = file
            .lines()
            .filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(rules, documented);
    }

    /// Holds that an alert on a quantile of a served histogram can fire: a quantile is never above the largest finite bound, so
    /// neither may the threshold be.
    ///
    /// # Panics
    /// If it cannot, or there is no such alert or family.
    pub fn assert_quantile_can_fire(&self, alert: &str, served: &[ParsedFamily], histogram: &str) {
        let alert = self.alerts.iter().find(|one| one.alert == alert);
        let expression = &alert.expect("it is documented").expr;
        let (_, threshold) = expression.rsplit_once("> ").expect("a threshold");
        let threshold: f64 = threshold.parse().expect("a number");

        let histogram = served.iter().find(|family| family.name == histogram);
        let mut bounds = histogram.expect("it is served").label_numbers("le");
        bounds.retain(|bound| bound.is_finite());
        assert!(bounds.last() > Some(&threshold), "{bounds:?}");
        // And a quantile just above the threshold is told from one just below.
        assert!(bounds.contains(&threshold), "{bounds:?}");
    }
}

impl Alert {
    fn rule(&self) -> String {
        let mut rule = format!(
            "      - alert: {}\n        expr: {}\n",
            self.alert, self.expr
        );
        if let Some(pending) = &self.pending {
            rule += &format!("        for: {pending}\n");
        }
        if let Some(severity) = &self.severity {
            rule += &format!("        labels:\n          severity: {severity}\n");
        }
        let annotations = [
            ("summary", &self.summary),
            ("description", &self.description),
        ];
        let mut texts = annotations
            .into_iter()
            .filter_map(|(key, text)| Some((key, text.as_ref()?)))
            .peekable();
        if texts.peek().is_some() {
            rule += "        annotations:\n";
        }
        for (key, text) in texts {
            rule += &format!("          {key}: \"{text}\"\n");
        }
        rule
    }
}
