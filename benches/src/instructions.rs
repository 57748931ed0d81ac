//! Instructions of one operation, by callgrind: a number that does not move with the machine's load.

use std::env;
use std::io;
use std::process::{Command, Stdio};

use crate::contender::Repeat;
use crate::questions::Recording;

/// What callgrind starts: this program with these arguments repeats one contender's operation.
pub const REPEAT: &str = "repeat";

const COUNT: u64 = 4_096;

/// One number for each contender of a question; `None` if valgrind is not there.
///
/// # Errors
/// If this program cannot be started again.
pub fn count(question: &Recording) -> io::Result<Vec<Option<f64>>> {
    (0..(question.contenders)().len())
        .map(|contender| {
            let output = Command::new("valgrind")
                .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
                .arg("--toggle-collect=*instructions*collected*")
                .arg(env::current_exe()?)
                .args([REPEAT, question.name, &contender.to_string()])
                .stdout(Stdio::null())
                .output();
            let Ok(output) = output else {
                return Ok(None);
            };
            let report = String::from_utf8_lossy(&output.stderr);
            let collected: Option<f64> = report
                .lines()
                .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
            Ok(collected.map(|collected| collected / COUNT as f64))
        })
        .collect()
}

/// The other side: repeats the operation of a contender.
pub fn repeat(question: &Recording, contender: usize) {
    if let Some(contender) = (question.contenders)().get(contender) {
        // Whatever is done once is done before counting.
        (contender.repeat)(COUNT);
        collected(&contender.repeat);
    }
}

/// Callgrind knows by its name where to begin and to end.
#[inline(never)]
fn collected(repeat: &Repeat) {
    repeat(COUNT);
}
