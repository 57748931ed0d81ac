//! Labels: values, closed enums of values, and the sets that identify a series.

mod by_name;
mod optional;
pub(crate) mod piece;
pub(crate) mod text;
mod value;

use metricset_model::LabelDescriptor;

pub use by_name::{AsLabel, ByName, Filled, NoLabels, WithoutError, WithoutOutcome};
pub use value::LabelValue;

/// A closed list of label values; derive it for an enum without fields, which must be `Clone` and `Copy`.
///
/// The derive also implements [`LabelValue`], so that the enum can stand in a [`LabelSet`].
///
/// ```
/// use metricset::LabelEnum;
///
/// #[derive(Clone, Copy, LabelEnum)]
/// enum Transport { Quic, H2, #[label(rename = "websocket")] Ws }
///
/// assert_eq!(Transport::VALUES, ["quic", "h2", "websocket"]);
/// assert_eq!(Transport::Ws.as_str(), "websocket");
/// ```
///
/// # `#[label(...)]` on the enum
///
/// | key | value | without it |
/// |---|---|---|
/// | `rename_all = "kebab-case"` | how variants become values: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`, as in serde | `snake_case` |
/// | `crate = path` | where this crate is, if it is renamed or re-exported | `::metricset` |
///
/// # `#[label(...)]` on a variant
///
/// | key | value | without it |
/// |---|---|---|
/// | `rename = "..."` | the value | by `rename_all` |
/// | `other` | [`from_value`](Self::from_value) gives this variant for every value that no variant has; at most one | `None` |
///
/// ```
/// use metricset::LabelEnum;
///
/// #[derive(Clone, Copy, Debug, PartialEq, LabelEnum)]
/// enum Country { De, Fr, #[label(other)] Elsewhere }
///
/// assert_eq!(Country::from_value("fr"), Some(Country::Fr));
/// assert_eq!(Country::from_value("nz"), Some(Country::Elsewhere));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label enum",
    label = "not a label enum",
    note = "add `#[derive(Clone, Copy, metricset::LabelEnum)]` to an enum whose variants have no fields"
)]
pub trait LabelEnum: Copy + LabelValue + 'static {
    /// The values of all variants, in their order.
    const VALUES: &'static [&'static str] = match <Self as LabelValue>::CLOSED {
        Some(values) => values,
        None => &[],
    };

    /// The variant's place in [`Self::VALUES`].
    #[inline(always)]
    fn index(self) -> usize {
        self.position()
    }

    /// The variant with this value. With a catch-all variant (`#[label(other)]`) that one for every other value, else `None`.
    fn from_value(value: &str) -> Option<Self>;

    /// The variant's value.
    #[must_use]
    fn as_str(self) -> &'static str {
        <Self as LabelEnum>::VALUES[LabelEnum::index(self)]
    }
}

/// The labels of a family; derive it for a struct with one field for each label.
///
/// A set whose labels are all closed (label enums and `bool`) addresses its series by arithmetic; a set with an open label
/// looks them up by its borrowed values, without allocating for a series that exists.
///
/// ```
/// use metricset::{LabelEnum, LabelSet};
///
/// #[derive(Clone, Copy, LabelEnum)]
/// enum Direction { Inbound, Outbound }
///
/// /// Closed: two series.
/// #[derive(LabelSet)]
/// struct Connection { direction: Direction }
///
/// /// Open: `Family<Client<'static>, Counter>`, looked up with a `Client` of any lifetime.
/// #[derive(LabelSet)]
/// struct Client<'a> { client_id: &'a str }
/// ```
///
/// The derive takes `#[label(rename = "...")]` on a field, for a label with another name than the field's, and
/// `#[label(crate = path)]` on the struct, if this crate is renamed or re-exported. Every field is a [`LabelValue`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label set",
    label = "not a label set",
    note = "add `#[derive(metricset::LabelSet)]` to a struct with one named field for each label",
    note = "in a metric set, one that borrows is written with `'static`: `Family<Client<'static>, Counter>`"
)]
pub trait LabelSet: 'static {
    /// The same set with a lifetime of its own, which is what a look-up takes.
    type With<'a>: Labels;

    /// Names and values of the labels, in the order of the fields.
    const LABELS: &'static [LabelDescriptor] = <Self::With<'static> as Labels>::LABELS;

    /// Whether there can be a series with these values of a closed set. What cannot be is not exposed.
    #[doc(hidden)]
    fn exists(_values: &[&str]) -> bool {
        true
    }
}

/// A label set to read, with any lifetime.
#[doc(hidden)]
pub trait Labels {
    /// Names and values of the labels, in the order of the fields.
    const LABELS: &'static [LabelDescriptor];

    /// The place of a closed set among all combinations; the last field varies fastest. Not used for open sets.
    fn index(&self) -> usize;

    /// Calls `each` with every label's value, in the order of the fields.
    fn visit(&self, each: &mut impl EachValue);
}

/// What is done with the value of every label.
#[doc(hidden)]
pub trait EachValue {
    fn value(&mut self, value: &str);
}

impl<F: FnMut(&str)> EachValue for F {
    #[inline(always)]
    fn value(&mut self, value: &str) {
        self(value);
    }
}

/// No labels.
impl LabelSet for () {
    type With<'a> = ();
}

impl Labels for () {
    const LABELS: &'static [LabelDescriptor] = &[];

    #[inline(always)]
    fn index(&self) -> usize {
        0
    }

    #[inline(always)]
    fn visit(&self, _: &mut impl EachValue) {}
}

/// How many values a label has, as a factor of the place of a closed set; 1 for an open label.
#[doc(hidden)]
#[must_use]
pub const fn closed_len(values: Option<&'static [&'static str]>) -> usize {
    match values {
        Some(values) => values.len(),
        None => 1,
    }
}
