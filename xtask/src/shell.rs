//! The workspace as steps see it: its files, and one command at a time, shown before it runs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// The root of the workspace, where every command runs.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The text of a file of the workspace.
pub(crate) fn read(path: &str) -> Result<String, Error> {
    let path = root().join(path);
    fs::read_to_string(&path).map_err(|source| Error::File { path, source })
}

/// Runs a command line of plain words, with these variables set.
pub(crate) fn run_with(variables: &[(&str, &str)], line: &str) -> Result<(), Error> {
    let shown: String = variables
        .iter()
        .map(|(name, value)| format!("{name}='{value}' "))
        .chain([line.to_owned()])
        .collect();
    println!("$ {shown}");
    let status = command(line)
        .envs(variables.iter().copied())
        .status()
        .map_err(|source| Error::Start {
            command: shown.clone(),
            source,
        })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Exit {
            command: shown,
            status,
        })
    }
}

/// Runs a command line of plain words.
pub(crate) fn run(line: &str) -> Result<(), Error> {
    run_with(&[], line)
}

/// What a command prints on stdout, or `None` if it does not start or does not succeed: for asking what is installed.
pub(crate) fn ask(line: &str) -> Option<String> {
    let output = command(line).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(root()).stdin(Stdio::null());
    command
}
