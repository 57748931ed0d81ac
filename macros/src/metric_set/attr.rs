//! `#[metrics(...)]` on the set and `#[metric(...)]` on its fields.

use metricset_model::{Lint, Unit};
use syn::{Ident, LitBool, LitStr};

use super::buckets::Buckets;
use super::period::Period;
use super::quantiles::Quantiles;
use crate::common::{
    Context, Flag, Given, List, Name, Pair, Runtime, Slot, names, read, refuse, unknown,
};
use crate::syntax::{Attribute, Expression, Path};

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
    pub(super) value: Expression,
}

impl SetAttr {
    pub(super) fn read(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut prefix = Slot::<LitStr>::new("prefix");
        let mut pairs = Slot::<List<Pair>>::new("labels");
        let mut register = Slot::<LitBool>::new("register");
        let mut allow = Slot::<List<Ident>>::new("allow");
        let mut runtime = Slot::<Path>::new("crate");
        let mut allowed = Vec::new();
        let is_clean = cx.is_clean(|| {
            refuse(cx, attrs, "metric", "`#[metrics(...)]` on a set");
            read(
                cx,
                attrs,
                "metrics",
                &mut [
                    &mut prefix,
                    &mut pairs,
                    &mut register,
                    &mut allow,
                    &mut runtime,
                ],
            );
            allowed = lints(cx, allow);
        });
        let mut labels = Vec::new();
        for pair in pairs.value().map_or_else(Vec::new, |list| list.0) {
            labels.push(ConstLabel {
                name: Name::of(&pair.name),
                value: pair.value,
            });
        }
        Self {
            runtime: Runtime::new(runtime.value().as_ref()),
            prefix: prefix.value().as_ref().map(Name::given),
            labels,
            register: register.value().is_none_or(|register| register.value),
            allow: allowed,
            is_clean,
        }
    }
}

/// On a field.
pub(super) enum FieldAttr {
    Family(Box<FamilyAttr>),
    Nested(NestedAttr),
    PartialKey,
}

/// On a field that is a metric.
pub(super) struct FamilyAttr {
    pub(super) name: Option<Name>,
    pub(super) help: Option<LitStr>,
    pub(super) buckets: Option<Buckets>,
    pub(super) quantiles: Option<Quantiles>,
    pub(super) max_age: Option<Given<Period>>,
    pub(super) age_buckets: Option<Given<Expression>>,
    pub(super) max_series: Option<Given<Expression>>,
    pub(super) idle_timeout: Option<Given<Period>>,
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
        let mut keys = FieldKeys::new();
        let is_clean = cx.is_clean(|| keys.read(cx, attrs));
        if keys.partial_key.is_named() {
            keys.refuse_beside(cx, "partial_key", "a partial key is no metric: remove it");
            Self::PartialKey
        } else if keys.nested.is_named() {
            keys.refuse_beside(cx, "nested", "write it on the fields of the inner set");
            Self::Nested(NestedAttr {
                prefix: keys.prefix.value().as_ref().map(Name::given),
            })
        } else {
            Self::Family(Box::new(FamilyAttr::new(cx, keys, is_clean)))
        }
    }
}

/// All keys of a field.
struct FieldKeys {
    name: Slot<LitStr>,
    help: Slot<LitStr>,
    buckets: Slot<Expression>,
    quantiles: Slot<Expression>,
    max_age: Slot<Expression>,
    age_buckets: Slot<Expression>,
    max_series: Slot<Expression>,
    idle_timeout: Slot<Expression>,
    sparse: Slot<Flag>,
    unit: Slot<LitStr>,
    allow: Slot<List<Ident>>,
    nested: Slot<Flag>,
    partial_key: Slot<Flag>,
    prefix: Slot<LitStr>,
}

impl FieldKeys {
    fn new() -> Self {
        Self {
            name: Slot::new("name"),
            help: Slot::new("help"),
            buckets: Slot::new("buckets"),
            quantiles: Slot::new("quantiles"),
            max_age: Slot::new("max_age"),
            age_buckets: Slot::new("age_buckets"),
            max_series: Slot::new("max_series"),
            idle_timeout: Slot::new("idle_timeout"),
            sparse: Slot::new("sparse"),
            unit: Slot::new("unit"),
            allow: Slot::new("allow"),
            nested: Slot::new("nested"),
            partial_key: Slot::new("partial_key"),
            prefix: Slot::new("prefix"),
        }
    }

    fn read(&mut self, cx: &Context, attrs: &[Attribute]) {
        refuse(cx, attrs, "metrics", "`#[metric(...)]` on a field");
        read(
            cx,
            attrs,
            "metric",
            &mut [
                &mut self.name,
                &mut self.help,
                &mut self.buckets,
                &mut self.quantiles,
                &mut self.max_age,
                &mut self.age_buckets,
                &mut self.max_series,
                &mut self.idle_timeout,
                &mut self.sparse,
                &mut self.unit,
                &mut self.allow,
                &mut self.nested,
                &mut self.partial_key,
                &mut self.prefix,
            ],
        );
    }

    /// Reports the keys that do not go with the one that says what the field is.
    fn refuse_beside(&self, cx: &Context, kind: &str, instead: &str) {
        let keys = [
            self.nested.key().filter(|_| kind != "nested"),
            self.prefix.key().filter(|_| kind != "nested"),
            self.name.key(),
            self.help.key(),
            self.buckets.key(),
            self.quantiles.key(),
            self.max_age.key(),
            self.age_buckets.key(),
            self.max_series.key(),
            self.idle_timeout.key(),
            self.sparse.key(),
            self.unit.key(),
            self.allow.key(),
        ];
        for key in keys.iter().flatten() {
            cx.error(
                key,
                &format!("`{key}` does not go with `{kind}`: {instead}"),
            );
        }
    }
}

impl FamilyAttr {
    fn new(cx: &Context, keys: FieldKeys, mut is_clean: bool) -> Self {
        if let Some(key) = keys.prefix.key() {
            cx.error(
                key,
                "`prefix` of a field goes with `nested`: add `nested`, or write the prefix of the set in `#[metrics(prefix = \"...\")]`",
            );
        }
        let mut allow = Vec::new();
        let mut unit = None;
        is_clean &= cx.is_clean(|| {
            allow = lints(cx, keys.allow);
            unit = keys.unit.value().and_then(|name| unit_named(cx, &name));
        });
        let buckets = keys.buckets.value();
        let quantiles = keys.quantiles.value();
        let period = |slot: Slot<Expression>| {
            let given = slot.given()?;
            let key = given.key.to_string();
            Some(given.map(|value| Period::read(cx, &key, value)))
        };
        Self {
            name: keys.name.value().as_ref().map(Name::given),
            help: keys.help.value(),
            buckets: buckets.map(|value| Buckets::read(cx, value)),
            quantiles: quantiles.map(|value| Quantiles::read(cx, value)),
            max_age: period(keys.max_age),
            age_buckets: keys.age_buckets.given(),
            max_series: keys.max_series.given(),
            idle_timeout: period(keys.idle_timeout),
            sparse: keys.sparse.given(),
            unit,
            allow,
            is_clean,
        }
    }
}

fn lints(cx: &Context, allow: Slot<List<Ident>>) -> Vec<Lint> {
    let mut lints = Vec::new();
    for ident in allow.value().map_or_else(Vec::new, |list| list.0) {
        let name = ident.to_string();
        match Lint::parse(&name) {
            Some(lint) => lints.push(lint),
            None => {
                let all = names(Lint::ALL, |lint| lint.name());
                cx.error(&ident, &unknown("lint", &name, &all));
            }
        }
    }
    lints
}

fn unit_named(cx: &Context, literal: &LitStr) -> Option<Unit> {
    let unit = Unit::parse(&literal.value());
    if unit.is_none() {
        let all = names(Unit::ALL, |unit| unit.as_str());
        cx.error(literal, &unknown("unit", &literal.value(), &all));
    }
    unit
}
