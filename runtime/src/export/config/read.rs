//! Reading the section with serde.
//!
//! By hand and not by a derive, because a derive's errors name neither the path of a key nor the key of a bad value. For the
//! same reason everything is asked for as "any": asked for a map or a number, some formats word the error themselves.

use std::fmt;

use metricset_model::nearest::instead;
use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Unexpected, Visitor,
};

use super::{ConfigKey, ExporterConfig};

impl<'de> Deserialize<'de> for ExporterConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut config = Self::default();
        deserializer.deserialize_any(SectionVisitor {
            section: &METRICS,
            config: &mut config,
        })?;
        Ok(config)
    }
}

struct Section {
    path: &'static str,
    members: &'static [(&'static str, Member)],
}

enum Member {
    Key(ConfigKey),
    Section(&'static Section),
}

static METRICS: Section = Section {
    path: "metrics",
    members: &[
        ("enabled", Member::Key(ConfigKey::Enabled)),
        ("driver", Member::Key(ConfigKey::Driver)),
        ("host", Member::Key(ConfigKey::Host)),
        ("port", Member::Key(ConfigKey::Port)),
        ("prometheus", Member::Section(&PROMETHEUS)),
    ],
};

static PROMETHEUS: Section = Section {
    path: "metrics.prometheus",
    members: &[("prefix", Member::Key(ConfigKey::Prefix))],
};

struct SectionVisitor<'a> {
    section: &'static Section,
    config: &'a mut ExporterConfig,
}

impl<'de> DeserializeSeed<'de> for SectionVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SectionVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a section of keys for `{}`", self.section.path)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Section { path, members } = self.section;
        let mut given: Vec<String> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            // Which of two values counts is not for a parser to choose.
            if given.contains(&name) {
                return Err(A::Error::custom(format_args!(
                    "`{path}.{name}` is there twice: write it once"
                )));
            }
            match members.iter().find(|(known, _)| *known == name) {
                Some((_, Member::Key(key))) => map.next_value_seed(ValueVisitor {
                    key: *key,
                    config: self.config,
                })?,
                Some((_, Member::Section(section))) => map.next_value_seed(SectionVisitor {
                    section,
                    config: self.config,
                })?,
                None => {
                    let known: Vec<_> = members.iter().map(|(known, _)| *known).collect();
                    return Err(A::Error::custom(format_args!(
                        "unknown key `{path}.{name}`: {}",
                        instead(&name, &known)
                    )));
                }
            }
            given.push(name);
        }
        Ok(())
    }
}

struct ValueVisitor<'a> {
    key: ConfigKey,
    config: &'a mut ExporterConfig,
}

impl<'de> DeserializeSeed<'de> for ValueVisitor<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ValueVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for `{}`", self.key.takes(), self.key.path())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        if self.key != ConfigKey::Enabled {
            return Err(E::invalid_type(Unexpected::Bool(value), &self));
        }
        self.config.enabled = Some(value);
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        let unexpected = Unexpected::Unsigned(value);
        if self.key != ConfigKey::Port {
            return Err(E::invalid_type(unexpected, &self));
        }
        let Ok(port) = value.try_into() else {
            return Err(E::invalid_value(unexpected, &self));
        };
        self.config.port = Some(port);
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        match value.try_into() {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(value), &self)),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        let unexpected = Unexpected::Str(value);
        match self.key {
            ConfigKey::Enabled | ConfigKey::Port => Err(E::invalid_type(unexpected, &self)),
            key if self.config.set_text(key, value) => Ok(()),
            _ => Err(E::invalid_value(unexpected, &self)),
        }
    }
}
