//! A struct as a metric set.

use metricset_model::{FamilyDescriptor, Location, MetricType, name};
use proc_macro2::{Ident, TokenStream};

use super::attr::{FamilyAttr, FieldAttr, NestedAttr, SetAttr};
use crate::common::{Context, Name, docs};
use crate::syntax::{Data, Item};

pub(super) struct Set<'a> {
    pub(super) input: &'a Item,
    pub(super) attr: SetAttr,
    pub(super) docs: String,
    pub(super) families: Vec<Family<'a>>,
    pub(super) nested: Vec<Nested<'a>>,
    pub(super) partial_keys: Vec<PartialKey<'a>>,
}

/// A field that is a metric.
pub(super) struct Family<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a TokenStream,
    pub(super) name: Name,
    pub(super) help: String,
    pub(super) attr: FamilyAttr,
}

/// A field that holds another set.
pub(super) struct Nested<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a TokenStream,
    pub(super) attr: NestedAttr,
}

/// A field that stands for series of the set's families.
pub(super) struct PartialKey<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a TokenStream,
}

impl<'a> Set<'a> {
    pub(super) fn read(cx: &Context, input: &'a Item) -> Self {
        let mut set = Self {
            input,
            attr: SetAttr::read(cx, &input.attrs),
            docs: docs(&input.attrs),
            families: Vec::new(),
            nested: Vec::new(),
            partial_keys: Vec::new(),
        };
        if let Data::Struct(fields) = &input.data {
            for field in fields.all() {
                let Some(ident) = &field.ident else { continue };
                let ty = &field.ty;
                match FieldAttr::read(cx, &field.attrs) {
                    FieldAttr::PartialKey => set.partial_keys.push(PartialKey { ident, ty }),
                    FieldAttr::Nested(attr) => set.nested.push(Nested { ident, ty, attr }),
                    FieldAttr::Family(mut attr) => set.families.push(Family {
                        ident,
                        ty,
                        name: attr.name.take().unwrap_or_else(|| Name::of(ident)),
                        help: match &attr.help {
                            Some(help) => help.value(),
                            None => docs(&field.attrs),
                        },
                        attr: *attr,
                    }),
                }
            }
        }
        set
    }

    /// A family as far as it can be seen without types.
    pub(super) fn seen(&self, family: &Family<'_>) -> FamilyDescriptor {
        // Descriptors are made for constants. The process ends with the crate that it compiles.
        let leak = |text: &str| -> &'static str { text.to_owned().leak() };
        let name = &family.name.text;
        let mut seen = FamilyDescriptor::new(
            leak(&name::join(self.prefix(), name)),
            leak(name),
            MetricType::Gauge,
            &[],
            leak(&family.help),
            Location { file: "", line: 0 },
        );
        seen.unit = family.attr.unit.or(seen.unit);
        for lint in self.attr.allow.iter().chain(&family.attr.allow) {
            seen.allowed = seen.allowed.with(*lint);
        }
        seen
    }

    /// The prefix, empty for none.
    pub(super) fn prefix(&self) -> &str {
        self.attr
            .prefix
            .as_ref()
            .map_or("", |prefix| prefix.text.as_str())
    }
}

impl Family<'_> {
    pub(super) fn has_valid_name(&self) -> bool {
        metricset_model::name::check(&self.name.text).is_ok()
    }
}
