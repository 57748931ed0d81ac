//! How a declaration travels inside a binary: one line of JSON per set, written by const evaluation into a section of its own.
//!
//! The linker only concatenates, so each record stands on a line of its own and names its version. Bucket bounds and quantiles are
//! written as the bits of the `f64`: that is exact, and shortest decimals are out of reach of a `const fn`.

use crate::descriptor::{FamilyDescriptor, LabelDescriptor, Location, SetDescriptor};
use crate::function::FunctionDescriptor;
use crate::lint::{Lint, LintSet};

/// The section on ELF targets.
pub const ELF_SECTION: &str = "metricset_catalog";
/// The section on Mach-O targets, inside the segment `__DATA`.
pub const MACH_O_SECTION: &str = "__metricset";
/// The section on PE targets, where a name has at most eight bytes.
pub const PE_SECTION: &str = ".mtrcset";

/// Puts the record of a set into the binary. `$registered` says whether the linker also registers the set.
///
/// Expanded by the derives in the user's crate, where `link_section` would count as unsafe code if it stood there.
#[doc(hidden)]
#[macro_export]
macro_rules! embed_catalog {
    ($set:expr, $registered:expr) => {
        const _: () = {
            const __LEN: ::core::primitive::usize = $crate::catalog::embed::len($set, $registered);
            // Kept by the linker although nothing reads it.
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__metricset"))]
            #[cfg_attr(target_os = "windows", unsafe(link_section = ".mtrcset"))]
            #[cfg_attr(
                not(any(target_vendor = "apple", target_os = "windows")),
                unsafe(link_section = "metricset_catalog")
            )]
            static __RECORD: [::core::primitive::u8; __LEN] =
                $crate::catalog::embed::record($set, $registered);
        };
    };
}

/// Puts the record of an instrumented function into the binary. `$shared` says whether one of the families that all functions
/// share shows it.
#[doc(hidden)]
#[macro_export]
macro_rules! embed_function {
    ($function:expr, $shared:expr) => {
        const _: () = {
            const __LEN: usize = $crate::catalog::embed::function_len($function, $shared);
            // Kept by the linker although nothing reads it.
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__metricset"))]
            #[cfg_attr(target_os = "windows", unsafe(link_section = ".mtrcset"))]
            #[cfg_attr(
                not(any(target_vendor = "apple", target_os = "windows")),
                unsafe(link_section = "metricset_catalog")
            )]
            static __RECORD: [u8; __LEN] =
                $crate::catalog::embed::function_record($function, $shared);
        };
    };
}

/// Bytes of a function's record.
#[must_use]
#[inline]
pub const fn function_len(function: &FunctionDescriptor, shared: bool) -> usize {
    let mut writer = Writer { out: None, at: 0 };
    writer.function(function, shared);
    writer.at
}

/// The record of a function; `N` is what [`function_len`] says.
///
/// # Panics
/// If `N` is too small.
#[must_use]
#[inline]
pub const fn function_record<const N: usize>(
    function: &FunctionDescriptor,
    shared: bool,
) -> [u8; N] {
    let mut bytes = [0; N];
    let mut writer = Writer {
        out: Some(&mut bytes),
        at: 0,
    };
    writer.function(function, shared);
    bytes
}

/// Bytes of a set's record.
#[must_use]
#[inline]
pub const fn len(set: &SetDescriptor, registered: bool) -> usize {
    let mut writer = Writer { out: None, at: 0 };
    writer.line(set, registered);
    writer.at
}

/// The record of a set; `N` is what [`len`] says.
///
/// # Panics
/// If `N` is too small.
#[must_use]
#[inline]
pub const fn record<const N: usize>(set: &SetDescriptor, registered: bool) -> [u8; N] {
    let mut bytes = [0; N];
    let mut writer = Writer {
        out: Some(&mut bytes),
        at: 0,
    };
    writer.line(set, registered);
    bytes
}

/// The record of a set as text, for a program that reads its own declarations.
#[cfg(feature = "serde")]
#[must_use]
pub fn text(set: &SetDescriptor, registered: bool) -> String {
    let mut bytes = vec![0; len(set, registered)];
    let mut writer = Writer {
        out: Some(&mut bytes),
        at: 0,
    };
    writer.line(set, registered);
    // Only whole strings were written.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The record of a function as text.
#[cfg(feature = "serde")]
#[must_use]
pub fn function_text(function: &FunctionDescriptor, shared: bool) -> String {
    let mut bytes = vec![0; function_len(function, shared)];
    let mut writer = Writer {
        out: Some(&mut bytes),
        at: 0,
    };
    writer.function(function, shared);
    // Only whole strings were written.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes, or only counts if there is nowhere to write to.
///
/// Const evaluation takes its time, by the statement and more so by the call, and a program has many families. So there are few
/// pieces, and a key whose value is empty is left out where most values are.
struct Writer<'a> {
    out: Option<&'a mut [u8]>,
    at: usize,
}

impl Writer<'_> {
    #[inline]
    const fn line(&mut self, set: &SetDescriptor, registered: bool) {
        self.raw(b"{\"version\":");
        self.number(super::VERSION as u64);
        self.raw(b",\"registered\":");
        self.boolean(registered);
        self.raw(b",\"set\":");
        self.set(set);
        self.raw(b"}\n");
    }

    #[inline]
    const fn function(&mut self, function: &FunctionDescriptor, shared: bool) {
        self.raw(b"{\"version\":");
        self.number(super::VERSION as u64);
        self.raw(b",\"function\":{\"name\":\"");
        self.text(function.name);
        self.place(function.crate_name, function.module, function.location);
        self.raw(b",\"shared\":");
        self.boolean(shared);
        if let Some(objective) = function.objective {
            if let Some(success) = objective.success {
                self.raw(b",\"success_bits\":");
                self.number(success.to_bits());
            }
            if let Some(latency) = objective.latency {
                self.raw(b",\"latency_bits\":[");
                self.number(latency.seconds.to_bits());
                self.raw(b",");
                self.number(latency.percent.to_bits());
                self.raw(b"]");
            }
        }
        self.raw(b"}}\n");
    }

    #[inline]
    const fn set(&mut self, set: &SetDescriptor) {
        self.raw(b"{\"name\":\"");
        self.text(set.name);
        self.raw(b"\",\"doc\":\"");
        self.escaped(set.doc);
        self.raw(b"\",\"prefix\":\"");
        self.text(set.prefix);
        self.place(set.crate_name, set.module, set.location);
        let mut start: &[u8] = b",\"const_labels\":[[\"";
        let (mut i, len) = (0, set.const_labels.len());
        while i < len {
            let (name, value) = set.const_labels[i];
            self.raw(start);
            self.text(name);
            self.raw(b"\",\"");
            self.escaped(value);
            self.raw(b"\"]");
            start = b",[\"";
            i += 1;
        }
        if len > 0 {
            self.raw(b"]");
        }
        let mut start: &[u8] = b",\"families\":[{\"name\":\"";
        let (mut i, len) = (0, set.families.len());
        while i < len {
            self.raw(start);
            self.family(&set.families[i]);
            start = b",{\"name\":\"";
            i += 1;
        }
        if len > 0 {
            self.raw(b"]");
        }
        let mut start: &[u8] = b",\"nested\":[{\"prefix\":\"";
        let (mut i, len) = (0, set.nested.len());
        while i < len {
            let nested = &set.nested[i];
            self.raw(start);
            self.text(nested.prefix);
            self.raw(b"\",\"optional\":");
            self.boolean(nested.optional);
            self.raw(b",\"set\":");
            self.set(nested.set);
            self.raw(b"}");
            start = b",{\"prefix\":\"";
            i += 1;
        }
        if len > 0 {
            self.raw(b"]");
        }
        self.raw(b"}");
    }

    /// From the name on.
    #[inline]
    const fn family(&mut self, family: &FamilyDescriptor) {
        self.text(family.name);
        self.raw(b"\",\"type\":\"");
        self.text(family.metric_type.as_str());
        self.raw(b"\",\"help\":\"");
        self.escaped(family.help);
        if let Some(unit) = family.unit {
            self.raw(b"\",\"unit\":\"");
            self.text(unit.as_str());
        }
        // The file is that of the set.
        self.raw(b"\",\"line\":");
        self.number(family.location.line as u64);
        let mut start: &[u8] = b",\"labels\":[{\"name\":\"";
        let (mut i, len) = (0, family.labels.len());
        while i < len {
            self.raw(start);
            self.label(&family.labels[i]);
            start = b",{\"name\":\"";
            i += 1;
        }
        if len > 0 {
            self.raw(b"]");
        }
        if let Some(bounds) = family.buckets {
            self.raw(b",\"bucket_bits\":");
            self.bits(bounds);
        }
        if let Some(quantiles) = family.quantiles {
            self.raw(b",\"quantile_bits\":");
            self.bits(quantiles);
        }
        if family.sparse {
            self.raw(b",\"sparse\":true");
        }
        if let Some(max) = family.max_series {
            self.raw(b",\"max_series\":");
            self.number(max as u64);
        }
        if let Some(timeout) = family.idle_timeout {
            self.raw(b",\"idle_timeout_ms\":");
            self.number(timeout.as_millis() as u64);
        }
        if !family.allowed.is_empty() {
            self.lints(family.allowed);
        }
        self.raw(b"}");
    }

    #[inline]
    const fn lints(&mut self, lints: LintSet) {
        let mut start: &[u8] = b",\"allowed\":[\"";
        let (mut i, len) = (0, Lint::ALL.len());
        while i < len {
            if lints.contains(Lint::ALL[i]) {
                self.raw(start);
                self.text(Lint::ALL[i].name());
                self.raw(b"\"");
                start = b",\"";
            }
            i += 1;
        }
        self.raw(b"]");
    }

    /// Where something is declared, behind a text that is still open.
    #[inline]
    const fn place(&mut self, crate_name: &str, module: &str, location: Location) {
        self.raw(b"\",\"crate\":\"");
        self.text(crate_name);
        self.raw(b"\",\"module\":\"");
        self.text(module);
        self.raw(b"\",\"file\":\"");
        self.escaped(location.file);
        self.raw(b"\",\"line\":");
        self.number(location.line as u64);
    }

    /// From the name on.
    #[inline]
    const fn label(&mut self, label: &LabelDescriptor) {
        self.text(label.name);
        if let Some(values) = label.values {
            let mut start: &[u8] = b"\",\"values\":[\"";
            let (mut i, len) = (0, values.len());
            while i < len {
                self.raw(start);
                self.escaped(values[i]);
                start = b"\",\"";
                i += 1;
            }
            let end: &[u8] = if len == 0 {
                b"\",\"values\":[]}"
            } else {
                b"\"]}"
            };
            self.raw(end);
        } else {
            self.raw(b"\"}");
        }
    }

    #[inline]
    const fn bits(&mut self, floats: &[f64]) {
        self.raw(b"[");
        let (mut i, len) = (0, floats.len());
        while i < len {
            if i > 0 {
                self.raw(b",");
            }
            self.number(floats[i].to_bits());
            i += 1;
        }
        self.raw(b"]");
    }

    #[inline]
    const fn boolean(&mut self, value: bool) {
        self.text(if value { "true" } else { "false" });
    }

    #[inline]
    const fn number(&mut self, number: u64) {
        let mut digits = [b'0'; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.raw(digits.split_at(at).1);
    }

    #[inline]
    const fn escaped(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if is_plain(bytes) {
            return self.raw(bytes);
        }
        let (mut i, len) = (0, bytes.len());
        while i < len {
            let byte = bytes[i];
            if needs_escape(byte) {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let low = HEX[(byte & 15) as usize];
                let high = HEX[(byte >> 4) as usize];
                self.raw(&[b'\\', b'u', b'0', b'0', high, low]);
            } else {
                self.raw(&[byte]);
            }
            i += 1;
        }
    }

    /// What needs no escape: names, which have a grammar, and identifiers.
    #[inline]
    const fn text(&mut self, text: &str) {
        self.raw(text.as_bytes());
    }

    #[inline]
    const fn raw(&mut self, bytes: &[u8]) {
        let len = bytes.len();
        if let Some(out) = &mut self.out {
            if len <= SHORT {
                let mut i = 0;
                while i < len {
                    out[self.at + i] = bytes[i];
                    i += 1;
                }
            } else {
                out.split_at_mut(self.at)
                    .1
                    .split_at_mut(len)
                    .0
                    .copy_from_slice(bytes);
            }
        }
        self.at += len;
    }
}

/// Bytes up to which a loop is faster than calls, each of which leads to a dozen more.
const SHORT: usize = 64;

#[inline]
const fn needs_escape(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// Whether no byte needs an escape. Eight bytes at once, since const evaluation pays by the step.
#[inline]
const fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut i = 0;
    while i < words.len() {
        let word = u64::from_ne_bytes(words[i]);
        let below_space = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = word ^ (ONES * b'"' as u64);
        let quote = quote.wrapping_sub(ONES) & !quote;
        let backslash = word ^ (ONES * b'\\' as u64);
        let backslash = backslash.wrapping_sub(ONES) & !backslash;
        if (below_space | quote | backslash) & (ONES << 7) != 0 {
            return false;
        }
        i += 1;
    }
    let mut i = 0;
    while i < rest.len() {
        if needs_escape(rest[i]) {
            return false;
        }
        i += 1;
    }
    true
}

/// 1 in every byte.
const ONES: u64 = u64::MAX / 255;
