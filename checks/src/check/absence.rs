//! `absent` on series that are always there.

use crate::finding::{Check, Severity};
use crate::promql::tree::Kind;
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (&[&ABSENT_OF_CLOSED], run);

static ABSENT_OF_CLOSED: Check = Check {
    name: "absent_of_closed",
    severity: Severity::Warning,
    summary: "`absent` of series that the program always exposes",
    explanation: "A family without open labels is exposed from the start, at zero. It is absent only when the whole program is, and `up` says \
that sooner and for each instance.\n\nFound: `absent(requests_total)`\nAccepted: `up{job=\"app\"} == 0`, or \
`absent(up{job=\"app\"})`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, _| {
        let Kind::Call { name, args } = &node.kind else {
            return;
        };
        if !matches!(name.as_str(), "absent" | "absent_over_time") {
            return;
        }
        for (_, selector) in args.iter().flat_map(|arg| arg.selectors()) {
            let name = selector.name.as_deref().unwrap_or_default();
            if query.index.is_always_exposed(name) {
                let message = format!(
                    "`{name}` is exposed from the start, so it is absent only when the program is down"
                );
                report
                    .on(&ABSENT_OF_CLOSED, query, &node.span, message)
                    .advise("use `up`, which Prometheus writes for each target");
            }
        }
    });
}
