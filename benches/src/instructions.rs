//! Instructions of one operation, by callgrind: a number that does not move with the machine's load.

use std::env;
use std::io;
use std::process::{Command, Stdio};

use crate::questions::{RECORDING, Recording, SCRAPING, Scraping};

/// What callgrind starts: this program with these arguments repeats what one contender does.
pub const REPEAT: &str = "repeat";

const COUNT: u64 = 4_096;

/// Of one operation, for each contender of a question; `None` if valgrind is not there.
///
/// # Errors
/// If this program cannot be started again.
pub fn of_recording(question: &Recording) -> io::Result<Vec<Option<f64>>> {
    (0..(question.contenders)().len())
        .map(|contender| Ok(count(question.name, contender)?.map(|all| all / COUNT as f64)))
        .collect()
}

/// Of one scrape of the smallest size, for each contender of a question.
///
/// # Errors
/// If this program cannot be started again.
pub fn of_scraping(question: &Scraping) -> io::Result<Vec<Option<f64>>> {
    (0..(question.expositions)(question.sizes[0]).len())
        .map(|contender| count(question.name, contender))
        .collect()
}

fn count(question: &str, contender: usize) -> io::Result<Option<f64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*instructions*collected*")
        .arg(env::current_exe()?)
        .args([REPEAT, question, &contender.to_string()])
        .stdout(Stdio::null())
        .output();
    let Ok(output) = output else {
        return Ok(None);
    };
    let report = String::from_utf8_lossy(&output.stderr);
    Ok(report
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok()))
}

/// The other side. Whatever is done only once is done before counting.
pub fn repeat(question: &str, contender: usize) {
    if let Some(question) = RECORDING.iter().find(|one| one.name == question)
        && let Some(contender) = (question.contenders)().get(contender)
    {
        (contender.repeat)(COUNT);
        collected(&|| (contender.repeat)(COUNT));
    }
    if let Some(question) = SCRAPING.iter().find(|one| one.name == question)
        && let Some(exposition) = (question.expositions)(question.sizes[0]).get(contender)
    {
        (exposition.scrape)(&mut |_| ());
        collected(&|| (exposition.scrape)(&mut |_| ()));
    }
}

/// Callgrind knows by its name where to begin and to end.
#[inline(never)]
fn collected(work: &dyn Fn()) {
    work();
}
