//! Servers that a test starts as processes of their own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use crate::poll::eventually;

/// A process that ends with the test, also with one that panics.
pub struct Process(Child);

impl Process {
    /// Starts it.
    ///
    /// # Panics
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        match command.spawn() {
            Ok(child) => Self(child),
            Err(error) => panic!("cannot start {command:?}: {error}; run `cargo xtask tools`"),
        }
    }

    /// Its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running example.
pub struct Example {
    process: Process,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Example {
    /// Starts an example on a free port, and waits until it listens.
    ///
    /// # Panics
    /// If the first line that it prints is not `listening on http://ADDR`.
    #[must_use]
    pub fn start(binary: &str, args: &[&str]) -> Self {
        let mut command = Command::new(binary);
        command.args(["--listen", "127.0.0.1:0"]).args(args);
        Self::run(&mut command, "listening on http://")
    }

    /// Starts an example as it is called, and waits for the address in its first line, after these words.
    ///
    /// # Panics
    /// If the first line does not start with them.
    #[must_use]
    pub fn run(command: &mut Command, words: &str) -> Self {
        let mut process = Process::start(command.stdout(Stdio::piped()));
        let stdout = process.child().stdout.take().expect("stdout is piped");
        let mut stdout = BufReader::new(stdout);
        let address = announced(&mut stdout, words);
        Self {
            process,
            stdout,
            address,
        }
    }

    /// The address in the next line, after these words.
    ///
    /// # Panics
    /// If the line does not start with them.
    pub fn announced(&mut self, words: &str) -> SocketAddr {
        announced(&mut self.stdout, words)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Interrupts it, as Ctrl-C does, and waits for its end.
    ///
    /// # Panics
    /// If it goes on.
    pub fn interrupt(mut self) -> ExitStatus {
        let child = self.process.child();
        let sent = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|sent| sent.success()), "it is running");
        eventually("the end", || match child.try_wait() {
            Ok(Some(status)) => Ok(status),
            Ok(None) => Err(String::from("it is still running")),
            Err(error) => Err(error.to_string()),
        })
    }

    /// Gets a path with these request headers.
    #[must_use]
    pub fn get(&self, path: &str, headers: &[&str]) -> String {
        let url = format!("http://{}{path}", self.address);
        let headers = headers.iter().flat_map(|header| ["--header", header]);
        curl(&headers.chain([url.as_str()]).collect::<Vec<_>>())
    }
}

/// Waits until a program says on its health page that it has updated every family.
///
/// # Panics
/// At the deadline, with what the page says.
pub fn assert_touched(health: impl Fn() -> String) {
    eventually("no family is untouched", || {
        let health = health();
        match health.contains(r#""untouched":[]"#) {
            true => Ok(()),
            false => Err(health),
        }
    });
}

/// Runs a program to its end.
///
/// # Panics
/// If it cannot be started.
#[must_use]
pub fn run(binary: &str, args: &[&str]) -> Output {
    let output = Command::new(binary).args(args).output();
    output.expect("the binary starts")
}

/// Holds that a program refuses each command line with its message and its usage, and that it tells its usage when it is asked.
///
/// # Panics
/// If it does not.
pub fn assert_usage(binary: &str, name: &str, refused: &[(&[&str], &str)]) {
    let usage = format!("usage: {name}");
    for (args, message) in refused {
        let output = run(binary, args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
        assert!(stderr.contains(&usage), "{args:?}: {stderr}");
    }
    let help = run(binary, &["--help"]);
    assert!(help.status.success());
    assert!(help.stdout.starts_with(usage.as_bytes()));
}

fn announced(stdout: &mut impl BufRead, words: &str) -> SocketAddr {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("stdout is readable");
    match line.trim_end().strip_prefix(words).map(str::parse) {
        Some(Ok(address)) => address,
        _ => panic!("expected `{words}ADDR`, got {line:?}"),
    }
}

/// What curl prints for a request that has to succeed.
///
/// # Panics
/// If it fails.
#[must_use]
pub fn curl(args: &[&str]) -> String {
    match try_curl(args) {
        Ok(body) => body,
        Err(error) => panic!("curl {}: {error}", args.join(" ")),
    }
}

/// What curl prints.
///
/// # Errors
/// What curl says, also about a status of 400 and above.
///
/// # Panics
/// If curl cannot be started.
pub fn try_curl(args: &[&str]) -> Result<String, String> {
    let output = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--fail-with-body",
            "--max-time",
            "30",
        ])
        .args(args)
        .output()
        .expect("curl is not installed: run `cargo xtask tools`");
    let body = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(body),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned() + &body),
    }
}
