//! Why a step failed.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

#[derive(Debug)]
pub(crate) enum Error {
    /// The command could not be started.
    Start { command: String, source: io::Error },
    /// The command ran and was not content.
    Exit { command: String, status: ExitStatus },
    /// Something has to be installed, and it is not ours to do.
    Missing { what: String, remedy: String },
    /// A file could not be read or written.
    File { path: PathBuf, source: io::Error },
    /// A generated file is not what it is generated from.
    Stale {
        path: &'static str,
        source: &'static str,
        remedy: &'static str,
    },
    /// A manifest is not what this program takes it for.
    Manifest { path: PathBuf, problem: String },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { command, source } => write!(f, "cannot start `{command}`: {source}"),
            Self::Exit { command, status } => write!(f, "`{command}` ended with {status}"),
            Self::Missing { what, remedy } => write!(f, "{what}: run `{remedy}`"),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Stale {
                path,
                source,
                remedy,
            } => write!(f, "{path} is not what {source} comes to: run `{remedy}`"),
            Self::Manifest { path, problem } => write!(f, "{}: {problem}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
