//! `cargo metricset`: the metrics of a built program as a contract.
//!
//! Here live reading a catalogue out of a binary, the commands, and how findings are shown. What is right and wrong is decided
//! in `metricset-checks`.

mod args;
mod binary;
mod build;
mod catalog_source;
mod commands;
mod docs;
mod generate;
mod output;
mod scrape;

use std::io;
use std::process::ExitCode;

use args::Cli;
use clap::Parser;

/// What a command that ran to its end found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing.
    Clean,
    /// Something that fails the run.
    Findings,
}

fn main() -> ExitCode {
    // Cargo passes the name of the subcommand on.
    let mut args: Vec<_> = std::env::args_os().collect();
    if args.get(1).is_some_and(|arg| arg == "metricset") {
        args.remove(1);
    }
    let cli = Cli::parse_from(args);
    cli.color.apply();
    match commands::run(cli.command) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::failure(&error);
            ExitCode::from(2)
        }
    }
}

/// Whoever reads our output has seen enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}
