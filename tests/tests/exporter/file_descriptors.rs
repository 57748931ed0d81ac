//! A process that runs out of file descriptors: the exporter waits, and comes back.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use metricset::export::ServeError;
use metricset::{Exporter, Registry};
use tokio::net::TcpStream;

use crate::client::get;
use crate::eventually;

/// Set in the child, which is this very test with a limit on its descriptors.
const IN_CHILD: &str = "METRICSET_TEST_FEW_DESCRIPTORS";

const DESCRIPTORS: usize = 48;

#[tokio::test]
async fn accepting_backs_off_without_descriptors() {
    if env::var_os(IN_CHILD).is_some() {
        return serve_in_child().await;
    }
    let mut child = ChildGuard(
        Command::new("bash")
            .args(["-c", r#"ulimit -n "$0" && exec "$@""#])
            .arg(DESCRIPTORS.to_string())
            .arg(env::current_exe().unwrap())
            .args([
                "file_descriptors::accepting_backs_off_without_descriptors",
                "--exact",
                "--nocapture",
            ])
            .env(IN_CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let mut told = |what: &str| -> String {
        loop {
            let line = lines.next().expect("the child says so").unwrap();
            // The test harness of the child may have started the line.
            if let Some((_, rest)) = line.split_once(what) {
                return rest.to_owned();
            }
        }
    };
    let addr: SocketAddr = told("listening on ").parse().unwrap();

    let started = Instant::now();
    let before = cpu_ticks(child.0.id());
    let mut held = Vec::new();
    for _ in 0..DESCRIPTORS {
        held.push(TcpStream::connect(addr).await.unwrap());
    }
    let (mut pause, mut paused) = (Duration::from_millis(10), Duration::ZERO);
    while pause < Duration::from_secs(1) {
        assert_eq!(told("pause "), format!("{pause:?}"));
        paused += pause;
        pause *= 2;
    }
    // The next attempt comes after the last of these pauses, and they took their time, but not the processor's.
    assert_eq!(told("pause "), "1s");
    assert!(started.elapsed() >= paused, "{:?}", started.elapsed());
    let ticks = cpu_ticks(child.0.id()) - before;
    assert!(ticks < 20, "{ticks} ticks of processor time");

    drop(held);
    eventually(async || get(addr, "/health").await.status == 200).await;
    let exposition = get(addr, "/metrics").await;
    let errors = r#"metricset_exporter_errors_total{kind="accept"}"#;
    assert!(exposition.sample(errors).unwrap() > 7.0);
}

async fn serve_in_child() {
    let server = Exporter::builder()
        .bind("127.0.0.1:0")
        .registry(Registry::new())
        .max_connections(1000)
        .header_timeout(Duration::from_secs(60))
        .on_error(|error| {
            if let ServeError::Accept { pause, .. } = error {
                say(format_args!("pause {pause:?}"));
            }
        })
        .listen()
        .await
        .unwrap();
    say(format_args!("listening on {}", server.local_addr()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // Ends with the parent, whichever way that ends.
        let _ = io::stdin().lines().count();
        drop(stop);
    });
    server
        .serve_until(async {
            stopped.await.expect_err("it is dropped to stop the server");
        })
        .await;
}

fn say(line: std::fmt::Arguments<'_>) {
    writeln!(io::stdout().lock(), "{line}").unwrap();
}

/// Processor time of a process, in hundredths of a second.
fn cpu_ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let fields = fields.split(' ').skip(11).take(2);
    fields.map(|field| field.parse::<u64>().unwrap()).sum()
}

struct ChildGuard(Child);

impl Drop for ChildGuard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
