//! `/healthz`: a small JSON object for people and dashboards.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use crate::{FamilyRef, LabelValue, Size};

use super::ExporterError;

/// A value of `/healthz`, from a `bool`, an integer, a float or a text.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum HealthValue {
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Signed(i64),
    /// A number.
    Unsigned(u64),
    /// A number; `null` if it is NaN or infinite, which JSON cannot say.
    Float(f64),
    /// A text, of any content.
    Text(String),
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for HealthValue {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool,
    i32 => Signed, i64 => Signed,
    u32 => Unsigned, u64 => Unsigned,
    f64 => Float,
    &str => Text, String => Text,
}

impl From<usize> for HealthValue {
    fn from(value: usize) -> Self {
        Self::Unsigned(value as u64)
    }
}

type Source = Arc<dyn Fn() -> HealthValue + Send + Sync>;

/// The values that users add, in the order in which they did.
#[derive(Clone, Default)]
pub(super) struct HealthValues(Vec<(String, Source)>);

/// What the exporter knows by itself.
pub(super) struct Vitals<'a> {
    pub(super) ready: bool,
    pub(super) version: &'a str,
    pub(super) uptime: Duration,
    pub(super) size: Size,
    pub(super) untouched: Vec<FamilyRef>,
}

/// Keys of [`Vitals`] with one value each.
const OWN_KEYS: [&str; 5] = ["status", "version", "uptime_seconds", "families", "series"];

/// The key of [`Vitals::untouched`], a list.
const UNTOUCHED: &str = "untouched";

impl HealthValues {
    pub(super) fn add(&mut self, key: String, source: Source) {
        self.0.push((key, source));
    }

    /// Refuses a key that is there twice: which of the values a reader of the JSON gets would be up to chance.
    pub(super) fn check(&self) -> Result<(), ExporterError> {
        for (at, (key, _)) in self.0.iter().enumerate() {
            let own = key == UNTOUCHED || OWN_KEYS.contains(&key.as_str());
            if own || self.0[..at].iter().any(|(other, _)| other == key) {
                return Err(ExporterError::HealthKey { key: key.clone() });
            }
        }
        Ok(())
    }

    /// The JSON object. Calls every closure.
    pub(super) fn to_json(&self, vitals: &Vitals<'_>) -> String {
        let own = [
            HealthValue::from(if vitals.ready { "ok" } else { "not_ready" }),
            vitals.version.into(),
            vitals.uptime.as_secs_f64().into(),
            vitals.size.families.into(),
            vitals.size.series.into(),
        ];
        let added = self.0.iter().map(|(key, source)| (key.as_str(), source()));
        let mut out = String::from("{");
        for (key, value) in OWN_KEYS.into_iter().zip(own).chain(added) {
            push_text(&mut out, key);
            out.push(':');
            value.push_to(&mut out);
            out.push(',');
        }
        push_text(&mut out, UNTOUCHED);
        out.push_str(":[");
        for (at, family) in vitals.untouched.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            push_text(&mut out, &family.name);
        }
        out.push_str("]}\n");
        out
    }
}

impl HealthValue {
    fn push_to(&self, out: &mut String) {
        match self {
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Signed(value) => value.with_str(|text| out.push_str(text)),
            Self::Unsigned(value) => value.with_str(|text| out.push_str(text)),
            Self::Float(value) if value.is_finite() => {
                out.push_str(zmij::Buffer::new().format_finite(*value));
            }
            Self::Float(_) => out.push_str("null"),
            Self::Text(value) => push_text(out, value),
        }
    }
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{0}'..='\u{1f}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_values_are_valid_json() {
        let mut values = HealthValues::default();
        values.add("a \"b\"\n".to_owned(), Arc::new(|| "\\ \u{1} é".into()));
        values.add("nan".to_owned(), Arc::new(|| f64::NAN.into()));
        values.add("least".to_owned(), Arc::new(|| i64::MIN.into()));
        values.add("on".to_owned(), Arc::new(|| true.into()));
        let vitals = Vitals {
            ready: true,
            version: "1.0",
            uptime: Duration::from_millis(1500),
            size: Size::default(),
            untouched: Vec::new(),
        };
        assert_eq!(
            values.to_json(&vitals),
            concat!(
                r#"{"status":"ok","version":"1.0","uptime_seconds":1.5,"families":0,"series":0,"#,
                r#""a \"b\"\u000a":"\\ \u0001 é","nan":null,"least":-9223372036854775808,"on":true,"untouched":[]}"#,
                "\n"
            )
        );
    }

    #[test]
    fn keys_are_unique() {
        let mut values = HealthValues::default();
        values.add("peers".to_owned(), Arc::new(|| 1_u64.into()));
        assert!(values.check().is_ok());
        values.add("peers".to_owned(), Arc::new(|| 2_u64.into()));
        assert!(matches!(values.check(), Err(ExporterError::HealthKey { key }) if key == "peers"));
        for key in ["status", "untouched"] {
            let mut values = HealthValues::default();
            values.add(key.to_owned(), Arc::new(|| "fine".into()));
            assert!(values.check().is_err(), "{key}");
        }
    }
}
