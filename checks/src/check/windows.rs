//! Windows that are too short for the scrape interval.

use std::time::Duration;

use crate::finding::{Check, Severity};
use crate::promql::RATES;
use crate::promql::tree::Kind;
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (&[&SHORT_WINDOW], run);

static SHORT_WINDOW: Check = Check {
    name: "short_window",
    severity: Severity::Error,
    summary: "a rate over less than two scrape intervals",
    explanation: "A rate needs two samples inside its window. The interval is 15 s unless `--scrape-interval` says otherwise; four intervals \
leave room for a failed scrape.\n\nFound: `rate(requests_total[20s])`\nAccepted: `rate(requests_total[1m])`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    let interval = query.index.settings.scrape_interval;
    query.root.walk(&mut |node, _| {
        let Kind::Call { name, args } = &node.kind else {
            return;
        };
        if !RATES.contains(&name.as_str()) && !matches!(name.as_str(), "delta" | "idelta" | "deriv")
        {
            return;
        }
        for arg in args {
            let (window, span) = match &arg.bare().kind {
                Kind::Selector(selector) => match &selector.range {
                    Some((window, span)) => (*window, span),
                    None => continue,
                },
                Kind::Subquery { range, .. } => (*range, &arg.span),
                _ => continue,
            };
            if window < interval * 2 {
                let message = format!(
                    "a window of {} holds fewer than two scrapes at an interval of {}",
                    seconds(window),
                    seconds(interval)
                );
                let better = seconds(interval * 4);
                let finding = report.on(&SHORT_WINDOW, query, span, message);
                if arg.as_selector().is_some() {
                    finding.replace("use four intervals", format!("[{better}]"));
                } else {
                    finding.advise(format!("use at least {better}"));
                }
            }
        }
    });
}

fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() > 0 {
        format!("{}ms", duration.as_millis())
    } else if duration.as_secs() >= 60 && duration.as_secs().is_multiple_of(60) {
        format!("{}m", duration.as_secs() / 60)
    } else {
        format!("{}s", duration.as_secs())
    }
}
