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
            path: "metrics",
            config: &mut config,
        })?;
        Ok(config)
    }
}

/// Reads the part of the configuration whose keys begin with this path.
struct SectionVisitor<'a> {
    path: &'a str,
    config: &'a mut ExporterConfig,
}

impl SectionVisitor<'_> {
    /// What may stand directly in the section.
    fn members(&self) -> Vec<&'static str> {
        let keys = ConfigKey::ALL.iter();
        keys.filter_map(|key| {
            let below = key.path().strip_prefix(self.path)?.strip_prefix('.')?;
            below.split('.').next()
        })
        .collect()
    }
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
        write!(f, "a section of keys for `{}`", self.path)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members = self.members();
        let mut given = Vec::new();
        while let Some(path) = map.next_key_seed(MemberVisitor {
            section: self.path,
            members: &members,
            given: &mut given,
        })? {
            let config = &mut *self.config;
            match ConfigKey::ALL.into_iter().find(|key| key.path() == path) {
                Some(key) => map.next_value_seed(ValueVisitor { key, config })?,
                None => map.next_value_seed(SectionVisitor {
                    path: &path,
                    config,
                })?,
            }
        }
        Ok(())
    }
}

/// Reads a key as its path. In a visitor of its own, so that formats which say where a mistake is point at the key and not at its
/// section.
struct MemberVisitor<'a> {
    section: &'a str,
    members: &'a [&'static str],
    given: &'a mut Vec<&'static str>,
}

impl<'de> DeserializeSeed<'de> for MemberVisitor<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberVisitor<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a key of `{}`", self.section)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        let path = format!("{}.{name}", self.section);
        let Some(member) = self.members.iter().find(|member| **member == name) else {
            return Err(E::custom(format_args!(
                "unknown key `{path}`: {}",
                instead(name, self.members)
            )));
        };
        // Which of two values counts is not for a parser to choose.
        if self.given.contains(member) {
            return Err(E::custom(format_args!(
                "`{path}` is there twice: write it once"
            )));
        }
        self.given.push(member);
        Ok(path)
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
