//! Generated text: to stdout, to a file, or compared with a committed one.

use std::path::Path;

use anyhow::Context;

use super::print;
use crate::{Outcome, output};

pub(super) fn put(
    text: &str,
    file: Option<&Path>,
    check: Option<&Path>,
) -> anyhow::Result<Outcome> {
    if let Some(path) = check {
        return compare(text, path);
    }
    let Some(path) = file else {
        return print(text.as_bytes());
    };
    let shown = path.display();
    std::fs::write(path, text).with_context(|| format!("cannot write `{shown}`"))?;
    output::status("Wrote", &shown.to_string());
    Ok(Outcome::Clean)
}

fn compare(text: &str, path: &Path) -> anyhow::Result<Outcome> {
    let shown = path.display();
    let committed =
        std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    if committed == text {
        return Ok(Outcome::Clean);
    }
    let differs = committed
        .lines()
        .zip(text.lines())
        .position(|(old, new)| old != new)
        .unwrap_or_else(|| committed.lines().count().min(text.lines().count()));
    let line = |text: &str| text.lines().nth(differs).unwrap_or("(nothing)").to_owned();
    let message = format!(
        "{shown}:{}: stale, write it again with `--output {shown}`\n- {}\n+ {}\n",
        differs + 1,
        line(&committed),
        line(text)
    );
    print(message.as_bytes())?;
    Ok(Outcome::Findings)
}
