//! What a person at a terminal is told while work goes on. Nobody else is.

use std::io::{self, IsTerminal, Write};

/// One line that stays: what takes long.
pub(crate) fn status(verb: &str, what: &str) {
    if io::stderr().is_terminal() {
        tell(&format!("{}\n", line(verb, what)));
    }
}

/// How far a run over several files is: a line that each file writes again, and that is gone at the end.
pub(crate) struct Progress {
    all: usize,
    done: usize,
    /// How many columns to clear.
    shown: usize,
}

/// The verb and its place, a counter, and this much of a file's name fit on a line.
const LONGEST_NAME: usize = 48;

impl Progress {
    pub(crate) fn of(all: usize) -> Self {
        Self {
            all,
            done: 0,
            shown: 0,
        }
    }

    /// Goes on to the next file.
    pub(crate) fn next(&mut self, verb: &str, path: &str) {
        self.done += 1;
        if !io::stderr().is_terminal() {
            return;
        }
        self.clear();
        let skipped = path.chars().count().saturating_sub(LONGEST_NAME);
        let name: String = path.chars().skip(skipped).collect();
        let what = format!("{}/{} {name}", self.done, self.all);
        self.shown = VERB_WIDTH + 1 + what.chars().count();
        tell(&line(verb, &what));
    }

    /// Blanks, since not every terminal knows how to clear a line.
    fn clear(&mut self) {
        if self.shown > 0 {
            tell(&format!("\r{:width$}\r", "", width = self.shown));
            self.shown = 0;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// As cargo aligns its own.
const VERB_WIDTH: usize = 12;

fn line(verb: &str, what: &str) -> String {
    let style = anstyle::AnsiColor::Green.on_default().bold();
    format!("{style}{verb:>VERB_WIDTH$}{style:#} {what}")
}

fn tell(text: &str) {
    let mut stderr = anstream::stderr().lock();
    // Progress that cannot be shown is no failure.
    write!(stderr, "{text}").and_then(|()| stderr.flush()).ok();
}
