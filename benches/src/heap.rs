//! What the `heap` program counts, as it hands it to `bench`.

use std::env;
use std::io;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::results::Question;

#[derive(Serialize, Deserialize)]
pub struct Heap {
    /// Allocations of one operation, for each contender of each recording question.
    pub allocations: Vec<(String, Vec<f64>)>,
    pub questions: Vec<Question>,
}

/// Starts the program, which stands beside this one.
///
/// # Errors
/// If it cannot be started or does not say what it should.
pub fn count() -> io::Result<Heap> {
    let heap = env::current_exe()?.with_file_name("heap");
    let output = Command::new(heap).output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}
