//! How findings are shown.

mod github;
mod human;
mod json;
pub(crate) mod progress;
mod sarif;

use std::io::{self, Write};

use metricset_checks::{Finding, Severity, Source};

pub(crate) use progress::status;

use crate::Outcome;
use crate::args::{FailOn, FindingArgs, Format};

/// Shows findings and says whether they fail the run.
pub(crate) fn findings(
    mut found: Vec<Finding>,
    sources: &[Source],
    args: &FindingArgs,
    what: &str,
) -> anyhow::Result<Outcome> {
    found.retain(|finding| {
        !args
            .allow
            .iter()
            .any(|allowed| allowed == finding.check.name)
    });
    found.sort_by(|a, b| {
        let place = |finding: &Finding| {
            (
                finding.place.path.clone(),
                finding.place.line,
                finding.place.column,
            )
        };
        place(a).cmp(&place(b))
    });
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Human => human::write(&mut out, &found, sources)?,
        Format::Json => json::write(&mut out, &found)?,
        Format::Sarif => sarif::write(&mut out, &found)?,
        Format::Github => github::write(&mut out, &found)?,
    }
    out.flush()?;
    summary(&found, args.format, what)?;
    let least = match args.fail_on {
        FailOn::Note => Severity::Note,
        FailOn::Warning => Severity::Warning,
        FailOn::Error => Severity::Error,
    };
    let fails = found.iter().any(|finding| finding.severity() >= least);
    Ok(if fails {
        Outcome::Findings
    } else {
        Outcome::Clean
    })
}

/// `1 sample`, `2 samples`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The last line, on stderr so that it is not in the way of a reader of stdout.
fn summary(found: &[Finding], format: Format, what: &str) -> io::Result<()> {
    if format != Format::Human {
        return Ok(());
    }
    let count = |severity: Severity| {
        found
            .iter()
            .filter(|finding| finding.severity() == severity)
            .count()
    };
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {severity}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let result = if parts.is_empty() {
        "nothing found".to_owned()
    } else {
        parts.join(", ")
    };
    writeln!(anstream::stderr(), "{what}: {result}")
}

/// Says why a command could not run.
pub(crate) fn failure(error: &anyhow::Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let mut message = format!("{style}error{style:#}: {error}");
    for cause in error.chain().skip(1) {
        message.push_str(&format!("\n  because: {cause}"));
    }
    // Nothing is left to tell if stderr is closed.
    writeln!(anstream::stderr(), "{message}").ok();
}
