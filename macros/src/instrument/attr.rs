//! The arguments of `#[instrument_metric(...)]`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token};

use super::labels::Label;
use super::objective::{Goal, Objective};
use crate::common::{Context, Flag, Given, Key, List, Runtime, Slot, Value, read_keys};
use crate::syntax::{Attribute, Expression, Path};

pub(super) const NAME: &str = "instrument_metric";

pub(super) struct Attr {
    pub(super) runtime: Option<Path>,
    pub(super) skip: Option<Ident>,
    pub(super) own: Own,
    pub(super) into: Option<Given<Expression>>,
    pub(super) calls: Option<Given<Expression>>,
    pub(super) in_flight: Option<Given<Expression>>,
    pub(super) labels: Option<Given<Vec<Label>>>,
    pub(super) error: Option<Given<Kind>>,
    pub(super) ok_if: Option<Given<Expression>>,
    pub(super) error_if: Option<Given<Expression>>,
    pub(super) objective: Option<Given<Objective>>,
    /// Every key that is about one function.
    pub(super) keys: Vec<Ident>,
}

/// The family that belongs to the function alone; the options are those of a field of a metric set.
pub(super) struct Own {
    pub(super) name: Option<Given<LitStr>>,
    pub(super) prefix: Option<Given<LitStr>>,
    pub(super) help: Option<Given<LitStr>>,
    pub(super) buckets: Option<Given<Expression>>,
    pub(super) max_series: Option<Given<Expression>>,
    pub(super) allow: Option<Given<List<Ident>>>,
}

/// The label enum that errors become.
pub(super) struct Kind(pub(super) Path);

impl Value for Kind {
    const KIND: &'static str = "the label enum that errors become";
    const FORM: &'static str = " = ErrorKind";

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![=]>()?;
        input.parse().map(Self)
    }
}

impl Attr {
    pub(super) fn read(cx: &Context, args: &TokenStream) -> Self {
        Self::read_all(cx, |keys| {
            let read = |input: ParseStream<'_>| read_keys(cx, input, keys);
            if let Err(error) = read.parse2(args.clone()) {
                cx.push(error);
            }
        })
    }

    /// Reads the arguments of all attributes at once, which finds keys that are repeated.
    pub(super) fn read_all(cx: &Context, read: impl FnOnce(&mut [&mut dyn Key])) -> Self {
        let mut name = Slot::<LitStr>::new("name");
        let mut prefix = Slot::<LitStr>::new("prefix");
        let mut help = Slot::<LitStr>::new("help");
        let mut buckets = Slot::<Expression>::new("buckets");
        let mut max_series = Slot::<Expression>::new("max_series");
        let mut allow = Slot::<List<Ident>>::new("allow");
        let mut into = Slot::<Expression>::new("into");
        let mut calls = Slot::<Expression>::new("calls");
        let mut in_flight = Slot::<Expression>::new("in_flight");
        let mut labels = Slot::<List<Label>>::new("labels");
        let mut error = Slot::<Kind>::new("error");
        let mut ok_if = Slot::<Expression>::new("ok_if");
        let mut error_if = Slot::<Expression>::new("error_if");
        let mut objective = Slot::<List<Goal>>::new("objective");
        let mut skip = Slot::<Flag>::new("skip");
        let mut runtime = Slot::<Path>::new("crate");
        let mut slots: [&mut dyn Key; 16] = [
            &mut name,
            &mut prefix,
            &mut help,
            &mut buckets,
            &mut max_series,
            &mut allow,
            &mut into,
            &mut calls,
            &mut in_flight,
            &mut labels,
            &mut error,
            &mut ok_if,
            &mut error_if,
            &mut objective,
            &mut skip,
            &mut runtime,
        ];
        read(&mut slots);
        let keys = slots.iter().filter_map(|slot| slot.key());
        let keys = keys.filter(|key| *key != "skip" && *key != "crate");
        Self {
            keys: keys.cloned().collect(),
            runtime: runtime.value(),
            skip: skip.key().cloned(),
            own: Own {
                name: name.given(),
                prefix: prefix.given(),
                help: help.given(),
                buckets: buckets.given(),
                max_series: max_series.given(),
                allow: allow.given(),
            },
            into: into.given(),
            calls: calls.given(),
            in_flight: in_flight.given(),
            labels: labels.given().map(|given| given.map(|labels| labels.0)),
            error: error.given(),
            ok_if: ok_if.given(),
            error_if: error_if.given(),
            objective: objective
                .given()
                .map(|given| given.map(|goals| Objective::read(cx, goals.0))),
        }
    }

    pub(super) fn runtime(&self) -> Runtime {
        Runtime::new(self.runtime.as_ref())
    }

    /// The labels; empty if there are none.
    pub(super) fn labels(&self) -> &[Label] {
        self.labels.as_ref().map_or(&[], |given| &given.value)
    }

    /// The metrics of sets that the function records into.
    pub(super) fn targets(&self) -> Vec<&Given<Expression>> {
        let mut targets = Vec::new();
        for given in [&self.into, &self.calls, &self.in_flight] {
            targets.extend(given);
        }
        targets
    }

    /// Whether anything is recorded besides what all functions share.
    pub(super) fn has_metrics(&self) -> bool {
        self.own.name.is_some() || !self.targets().is_empty()
    }
}

/// Whether this is the attribute itself, by whatever path.
pub(super) fn is_own(attr: &Attribute) -> bool {
    attr.path.idents.last().is_some_and(|last| last == NAME)
}
