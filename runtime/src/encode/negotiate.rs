//! The `Accept` header (RFC 9110, "Accept" and "Quality Values").
//!
//! A format's quality is that of the most specific range that matches it: type, subtype and version, then type and
//! subtype, then `type/*`, then `*/*`. Parameters besides `version` and `q`, such as `escaping` and `charset`, exclude
//! nothing: names are ASCII here and text is UTF-8. A part that is malformed is skipped.

use std::borrow::Cow;

use super::Format;

#[inline]
pub(super) fn negotiate(accept: &str) -> Format {
    let rank = |format| {
        let (closeness, quality) = split(accept, ',')
            .filter_map(Range::parse)
            .filter_map(|range| Some((range.closeness(format)?, range.quality)))
            .max()?;
        let is_named = closeness >= Closeness::Subtype;
        // Whoever names neither knows neither, and text is easier to read.
        let is_preferred = is_named == (format == Format::OpenMetrics);
        (quality > 0).then_some((quality, is_named, is_preferred))
    };
    let (text, openmetrics) = (rank(Format::PrometheusText), rank(Format::OpenMetrics));
    if openmetrics.is_some() && openmetrics >= text {
        Format::OpenMetrics
    } else {
        Format::PrometheusText
    }
}

/// One part of the header.
struct Range<'a> {
    media_type: &'a str,
    subtype: &'a str,
    version: Option<Cow<'a, str>>,
    /// In thousandths.
    quality: u16,
}

/// How closely a range describes a format.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    Any,
    Type,
    Subtype,
    Version,
}

impl<'a> Range<'a> {
    #[inline]
    fn parse(part: &'a str) -> Option<Self> {
        let mut parameters = split(part, ';').map(str::trim);
        let (media_type, subtype) = parameters.next()?.split_once('/')?;
        let mut range = Range {
            media_type,
            subtype,
            version: None,
            quality: 1000,
        };
        for parameter in parameters.filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=')?;
            let value = unquote(value)?;
            if name.eq_ignore_ascii_case("q") {
                range.quality = quality(&value)?;
            } else if name.eq_ignore_ascii_case("version") {
                range.version = Some(value);
            }
        }
        Some(range)
    }

    #[inline]
    fn closeness(&self, format: Format) -> Option<Closeness> {
        let (media_type, subtype, version, older) = match format {
            // Prometheus 3 also asks for version 1.0.0, which has another grammar for names.
            Format::PrometheusText => ("text", "plain", "0.0.4", None),
            // What separates the versions are details that no parser holds against 1.0.0.
            Format::OpenMetrics => ("application", "openmetrics-text", "1.0.0", Some("0.0.1")),
        };
        if self.media_type == "*" && self.subtype == "*" {
            return Some(Closeness::Any);
        }
        if !self.media_type.eq_ignore_ascii_case(media_type) {
            return None;
        }
        if self.subtype == "*" {
            return Some(Closeness::Type);
        }
        if !self.subtype.eq_ignore_ascii_case(subtype) {
            return None;
        }
        match self.version.as_deref() {
            Some(asked) if asked == version => Some(Closeness::Version),
            None => Some(Closeness::Subtype),
            asked if asked == older => Some(Closeness::Subtype),
            Some(_) => None,
        }
    }
}

/// `text` between separators that do not stand in quotes.
#[inline]
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let escapes = quoted && !escaped && c == '\\';
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = escapes;
        c == separator && !quoted
    })
}

/// The value of a parameter, which may stand in quotes.
#[inline]
fn unquote(value: &str) -> Option<Cow<'_, str>> {
    let Some(rest) = value.strip_prefix('"') else {
        return Some(Cow::Borrowed(value));
    };
    let inner = rest.strip_suffix('"')?;
    if !inner.as_bytes().contains(&b'\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next()? } else { c });
    }
    Some(Cow::Owned(plain))
}

/// `0` to `1` with at most three decimals, in thousandths.
#[inline]
fn quality(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}
