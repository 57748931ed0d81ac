//! Fields with hard names, and fields that are not always there.

use metricset::{Counter, Gauge, LabelEnum, LabelSet, MetricSet, Registry};
use metricset::{Family, Optional};

#[derive(Clone, Copy, LabelEnum)]
enum Keyword {
    r#Yield,
    #[cfg(any())]
    Never(String),
    #[cfg(not(any()))]
    Always,
}

#[derive(LabelSet)]
struct Labels {
    r#type: Keyword,
    #[cfg(any())]
    never: NoSuchType,
    #[cfg(not(any()))]
    always: bool,
}

#[derive(MetricSet)]
#[metrics(register = false)]
struct Inner {
    /// A value.
    value: Gauge,
}

#[derive(MetricSet)]
#[metrics(prefix = "names", register = false)]
struct Names {
    /// Types.
    r#type: Gauge,
    /// Never there.
    #[cfg(any())]
    never_total: NoSuchType,
    /// Always there.
    #[cfg(not(any()))]
    #[cfg_attr(not(any()), metric(allow(counter_without_total)))]
    always: Family<Labels, Counter>,
    #[cfg(any())]
    #[metric(nested, prefix = "no such prefix")]
    never: NoSuchSet,
    #[metric(nested, prefix = "match")]
    r#match: Inner,
    #[cfg(not(any()))]
    #[metric(nested, prefix = "loop")]
    r#loop: Optional<Inner>,
    // Names that generated code uses for locals and parameters.
    /// Not the storage.
    storage: Gauge,
    /// Not the visitor.
    visitor: Gauge,
    /// Not the set.
    set: Gauge,
}

#[test]
fn raw_and_conditional_names() {
    let names: Names = Registry::new().register().unwrap();
    names.r#type.set(1);
    let labels = Labels {
        r#type: Keyword::r#Yield,
        always: true,
    };
    names.always.with(labels).inc();
    names.r#match.value.set(2);
    names.r#loop.enable();
    names.storage.set(3);
    names.visitor.set(4);
    names.set.set(5);

    assert_eq!(Keyword::VALUES, ["yield", "always"]);
    assert_eq!(Keyword::Always.as_str(), "always");
    let labels: Vec<_> = Labels::LABELS.iter().map(|label| label.name).collect();
    assert_eq!(labels, ["type", "always"]);
    let families: Vec<_> = Names::DESCRIPTOR
        .families
        .iter()
        .map(|family| family.full_name)
        .collect();
    assert_eq!(
        families,
        [
            "names_type",
            "names_always",
            "names_storage",
            "names_visitor",
            "names_set",
        ]
    );
    let nested: Vec<_> = Names::DESCRIPTOR
        .nested
        .iter()
        .map(|nested| (nested.prefix, nested.optional))
        .collect();
    assert_eq!(nested, [("match", false), ("loop", true)]);
}
