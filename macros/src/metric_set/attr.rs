//! `#[metrics(...)]` on the set and `#[metric(...)]` on its fields.

use metricset_model::{Lint, Unit};
use syn::{Attribute, Expr, Ident, LitBool, LitStr, Path};

use super::buckets::Buckets;
use super::timeout::Timeout;
use crate::common::{Context, Flag, Given, List, Name, Pair, Runtime, Slot, read, refuse, unknown};

/// On the set.
pub(super) struct SetAttr {
    pub(super) runtime: Runtime,
    pub(super) prefix: Option<Name>,
    pub(super) labels: Vec<ConstLabel>,
    pub(super) register: bool,
    pub(super) allow: Vec<Lint>,
    /// Whether all of it was understood.
    pub(super) is_clean: bool,
}

/// A label with one value on every series of the set.
pub(super) struct ConstLabel {
    pub(super) name: Name,
    pub(super) value: Expr,
}

impl SetAttr {
    pub(super) fn read(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut prefix = Slot::<LitStr>::new("prefix");
        let mut labels = Slot::<List<Pair>>::new("labels");
        let mut register = Slot::<LitBool>::new("register");
        let mut allow = Slot::<List<Ident>>::new("allow");
        let mut runtime = Slot::<Path>::new("crate");
        let mut lints = Vec::new();
        let is_clean = cx.is_clean(|| {
            refuse(cx, attrs, "metric", "`#[metrics(...)]` on a set");
            read(
                cx,
                attrs,
                "metrics",
                &mut [
                    &mut prefix,
                    &mut labels,
                    &mut register,
                    &mut allow,
                    &mut runtime,
                ],
            );
            lints = allowed(cx, allow);
        });
        Self {
            runtime: Runtime::new(runtime.value().as_ref()),
            prefix: prefix.value().as_ref().map(Name::given),
            labels: labels
                .value()
                .into_iter()
                .flat_map(|list| list.0)
                .map(|pair| ConstLabel {
                    name: Name::of(&pair.name),
                    value: pair.value,
                })
                .collect(),
            register: register.value().is_none_or(|register| register.value),
            allow: lints,
            is_clean,
        }
    }
}

/// On a field.
pub(super) enum FieldAttr {
    Family(Box<FamilyAttr>),
    Nested(NestedAttr),
}

/// On a field that is a metric.
pub(super) struct FamilyAttr {
    pub(super) name: Option<Name>,
    pub(super) help: Option<LitStr>,
    pub(super) buckets: Option<Buckets>,
    pub(super) max_series: Option<Given<Expr>>,
    pub(super) idle_timeout: Option<Given<Timeout>>,
    pub(super) sparse: Option<Given<Flag>>,
    pub(super) unit: Option<Unit>,
    pub(super) allow: Vec<Lint>,
    /// Whether all of it was understood.
    pub(super) is_clean: bool,
}

/// On a field that holds another set.
pub(super) struct NestedAttr {
    pub(super) prefix: Option<Name>,
}

impl FieldAttr {
    pub(super) fn read(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut name = Slot::<LitStr>::new("name");
        let mut help = Slot::<LitStr>::new("help");
        let mut buckets = Slot::<Expr>::new("buckets");
        let mut max_series = Slot::<Expr>::new("max_series");
        let mut idle_timeout = Slot::<Expr>::new("idle_timeout");
        let mut sparse = Slot::<Flag>::new("sparse");
        let mut unit = Slot::<LitStr>::new("unit");
        let mut allow = Slot::<List<Ident>>::new("allow");
        let mut nested = Slot::<Flag>::new("nested");
        let mut prefix = Slot::<LitStr>::new("prefix");
        let mut is_clean = cx.is_clean(|| {
            refuse(cx, attrs, "metrics", "`#[metric(...)]` on a field");
            read(
                cx,
                attrs,
                "metric",
                &mut [
                    &mut name,
                    &mut help,
                    &mut buckets,
                    &mut max_series,
                    &mut idle_timeout,
                    &mut sparse,
                    &mut unit,
                    &mut allow,
                    &mut nested,
                    &mut prefix,
                ],
            );
        });
        if nested.is_given() {
            for key in [
                name.key(),
                help.key(),
                buckets.key(),
                max_series.key(),
                idle_timeout.key(),
                sparse.key(),
                unit.key(),
                allow.key(),
            ]
            .into_iter()
            .flatten()
            {
                cx.error(
                    key,
                    format!(
                        "`{key}` does not go with `nested`: write it on the fields of the inner set"
                    ),
                );
            }
            return Self::Nested(NestedAttr {
                prefix: prefix.value().as_ref().map(Name::given),
            });
        }
        if let Some(key) = prefix.key() {
            cx.error(
                key,
                "`prefix` of a field goes with `nested`: add `nested`, or write the prefix of the set in `#[metrics(prefix = \"...\")]`",
            );
        }
        let mut lints = Vec::new();
        let mut known_unit = None;
        is_clean &= cx.is_clean(|| {
            lints = allowed(cx, allow);
            known_unit = unit.value().and_then(|unit| known(cx, &unit));
        });
        Self::Family(Box::new(FamilyAttr {
            name: name.value().as_ref().map(Name::given),
            help: help.value(),
            buckets: buckets.value().map(|value| Buckets::read(cx, value)),
            max_series: max_series.given(),
            idle_timeout: idle_timeout
                .given()
                .map(|given| given.map(|value| Timeout::read(cx, value))),
            sparse: sparse.given(),
            unit: known_unit,
            allow: lints,
            is_clean,
        }))
    }
}

fn allowed(cx: &Context, allow: Slot<List<Ident>>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for ident in allow.value().into_iter().flat_map(|list| list.0) {
        let name = ident.to_string();
        match Lint::parse(&name) {
            Some(lint) => lints.push(lint),
            None => {
                let all: Vec<&str> = Lint::ALL.iter().map(|lint| lint.name()).collect();
                cx.error(ident, unknown("lint", &name, &all));
            }
        }
    }
    lints
}

fn known(cx: &Context, literal: &LitStr) -> Option<Unit> {
    let unit = Unit::parse(&literal.value());
    if unit.is_none() {
        let all: Vec<&str> = Unit::ALL.iter().map(|unit| unit.as_str()).collect();
        cx.error(literal, unknown("unit", &literal.value(), &all));
    }
    unit
}
