//! `#[label(...)]` on enums and their variants.

use syn::{Ident, LitStr};

use crate::common::{Context, Flag, Name, RenameRule, Runtime, Slot, read, unknown};
use crate::syntax::{Attribute, Path};

/// On the enum.
pub(super) struct EnumAttr {
    pub(super) runtime: Runtime,
    pub(super) rename_all: RenameRule,
}

impl EnumAttr {
    pub(super) fn read(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut rename_all = Slot::<LitStr>::new("rename_all");
        let mut runtime = Slot::<Path>::new("crate");
        read(cx, attrs, "label", &mut [&mut rename_all, &mut runtime]);
        Self {
            runtime: Runtime::new(runtime.value().as_ref()),
            rename_all: rename_all
                .value()
                .and_then(|rule| rename_rule(cx, &rule))
                .unwrap_or(RenameRule::Snake),
        }
    }
}

fn rename_rule(cx: &Context, name: &LitStr) -> Option<RenameRule> {
    let rule = RenameRule::parse(&name.value());
    if rule.is_none() {
        cx.error(name, &unknown("rule", &name.value(), &RenameRule::NAMES));
    }
    rule
}

/// On a variant.
pub(super) struct VariantAttr {
    pub(super) rename: Option<Name>,
    /// The key, if it is given.
    pub(super) other: Option<Ident>,
}

impl VariantAttr {
    pub(super) fn read(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut rename = Slot::<LitStr>::new("rename");
        let mut other = Slot::<Flag>::new("other");
        read(cx, attrs, "label", &mut [&mut rename, &mut other]);
        Self {
            rename: rename.value().as_ref().map(Name::given),
            other: other.given().map(|given| given.key),
        }
    }
}
