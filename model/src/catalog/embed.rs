//! How a declaration travels inside a binary: one line of JSON per set, written by const evaluation into a section of its own.
//!
//! The linker only concatenates, so each record stands on a line of its own and names its version. Bucket bounds and quantiles are
//! written as the bits of the `f64`: that is exact, and shortest decimals are out of reach of a `const fn`.

use crate::descriptor::{FamilyDescriptor, LabelDescriptor, SetDescriptor};
use crate::function::FunctionDescriptor;
use crate::lint::Lint;

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
struct Writer<'a> {
    out: Option<&'a mut [u8]>,
    at: usize,
}

impl Writer<'_> {
    const fn line(&mut self, set: &SetDescriptor, registered: bool) {
        self.raw("{\"version\":");
        self.number(super::VERSION as u64);
        self.raw(",\"registered\":");
        self.boolean(registered);
        self.raw(",\"set\":");
        self.set(set);
        self.raw("}\n");
    }

    const fn function(&mut self, function: &FunctionDescriptor, shared: bool) {
        self.raw("{\"version\":");
        self.number(super::VERSION as u64);
        self.raw(",\"function\":{\"name\":");
        self.text(function.name);
        self.raw(",\"crate\":");
        self.text(function.crate_name);
        self.raw(",\"module\":");
        self.text(function.module);
        self.raw(",\"file\":");
        self.text(function.location.file);
        self.raw(",\"line\":");
        self.number(function.location.line as u64);
        self.raw(",\"shared\":");
        self.boolean(shared);
        if let Some(objective) = function.objective {
            if let Some(success) = objective.success {
                self.raw(",\"success_bits\":");
                self.number(success.to_bits());
            }
            if let Some(latency) = objective.latency {
                self.raw(",\"latency_bits\":[");
                self.number(latency.seconds.to_bits());
                self.raw(",");
                self.number(latency.percent.to_bits());
                self.raw("]");
            }
        }
        self.raw("}}\n");
    }

    const fn set(&mut self, set: &SetDescriptor) {
        self.raw("{\"name\":");
        self.text(set.name);
        self.raw(",\"doc\":");
        self.text(set.doc);
        self.raw(",\"prefix\":");
        self.text(set.prefix);
        self.raw(",\"crate\":");
        self.text(set.crate_name);
        self.raw(",\"module\":");
        self.text(set.module);
        self.raw(",\"file\":");
        self.text(set.location.file);
        self.raw(",\"line\":");
        self.number(set.location.line as u64);
        self.raw(",\"const_labels\":[");
        let mut i = 0;
        while i < set.const_labels.len() {
            self.raw(if i == 0 { "[" } else { ",[" });
            self.text(set.const_labels[i].0);
            self.raw(",");
            self.text(set.const_labels[i].1);
            self.raw("]");
            i += 1;
        }
        self.raw("],\"families\":[");
        let mut i = 0;
        while i < set.families.len() {
            self.comma(i);
            self.family(&set.families[i]);
            i += 1;
        }
        self.raw("],\"nested\":[");
        let mut i = 0;
        while i < set.nested.len() {
            self.comma(i);
            self.raw("{\"prefix\":");
            self.text(set.nested[i].prefix);
            self.raw(",\"optional\":");
            self.boolean(set.nested[i].optional);
            self.raw(",\"set\":");
            self.set(set.nested[i].set);
            self.raw("}");
            i += 1;
        }
        self.raw("]}");
    }

    const fn family(&mut self, family: &FamilyDescriptor) {
        self.raw("{\"name\":");
        self.text(family.name);
        self.raw(",\"type\":");
        self.text(family.metric_type.as_str());
        self.raw(",\"help\":");
        self.text(family.help);
        if let Some(unit) = family.unit {
            self.raw(",\"unit\":");
            self.text(unit.as_str());
        }
        self.raw(",\"labels\":[");
        let mut i = 0;
        while i < family.labels.len() {
            self.comma(i);
            self.label(&family.labels[i]);
            i += 1;
        }
        self.raw("]");
        if let Some(bounds) = family.buckets {
            self.raw(",\"bucket_bits\":");
            self.bits(bounds);
        }
        if let Some(quantiles) = family.quantiles {
            self.raw(",\"quantile_bits\":");
            self.bits(quantiles);
        }
        if family.sparse {
            self.raw(",\"sparse\":true");
        }
        if let Some(max) = family.max_series {
            self.raw(",\"max_series\":");
            self.number(max as u64);
        }
        if let Some(timeout) = family.idle_timeout {
            self.raw(",\"idle_timeout_ms\":");
            self.number(timeout.as_millis() as u64);
        }
        self.raw(",\"allowed\":[");
        let (mut i, mut written) = (0, 0);
        while i < Lint::ALL.len() {
            if family.allowed.contains(Lint::ALL[i]) {
                self.comma(written);
                self.text(Lint::ALL[i].name());
                written += 1;
            }
            i += 1;
        }
        self.raw("],\"file\":");
        self.text(family.location.file);
        self.raw(",\"line\":");
        self.number(family.location.line as u64);
        self.raw("}");
    }

    const fn label(&mut self, label: &LabelDescriptor) {
        self.raw("{\"name\":");
        self.text(label.name);
        if let Some(values) = label.values {
            self.raw(",\"values\":[");
            let mut i = 0;
            while i < values.len() {
                self.comma(i);
                self.text(values[i]);
                i += 1;
            }
            self.raw("]");
        }
        self.raw("}");
    }

    const fn bits(&mut self, floats: &[f64]) {
        self.raw("[");
        let mut i = 0;
        while i < floats.len() {
            self.comma(i);
            self.number(floats[i].to_bits());
            i += 1;
        }
        self.raw("]");
    }

    const fn comma(&mut self, before: usize) {
        if before > 0 {
            self.raw(",");
        }
    }

    const fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

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
        self.bytes(digits.split_at(at).1);
    }

    const fn text(&mut self, text: &str) {
        self.raw("\"");
        let bytes = text.as_bytes();
        // Runs that need no escape are copied whole: const evaluation counts steps.
        let (mut start, mut i) = (0, 0);
        while i < bytes.len() {
            let byte = bytes[i];
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                self.bytes(bytes.split_at(i).0.split_at(start).1);
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let low = HEX[(byte & 15) as usize];
                let high = HEX[(byte >> 4) as usize];
                self.bytes(&[b'\\', b'u', b'0', b'0', high, low]);
                start = i + 1;
            }
            i += 1;
        }
        self.bytes(bytes.split_at(start).1);
        self.raw("\"");
    }

    const fn raw(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    const fn bytes(&mut self, bytes: &[u8]) {
        if let Some(out) = &mut self.out {
            out.split_at_mut(self.at)
                .1
                .split_at_mut(bytes.len())
                .0
                .copy_from_slice(bytes);
        }
        self.at += bytes.len();
    }
}
