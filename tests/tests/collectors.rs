//! The process and the tokio runtime as they are exposed: standard names, values that move, in a registry that asks for them.
#![forbid(unsafe_code)]

use std::fs::File;
use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metricset::encode::{Format, encode};
use metricset::{RegisterError, Registry};
use metricset_tests::judge::{Judge, ParsedFamily, ParsedSample, promtool_lints};
use metricset_tests::poll::eventually;

/// A registry, scraped and read back.
struct Scraped {
    registry: Registry,
    judge: Judge,
}

impl Scraped {
    fn new() -> Self {
        Self {
            registry: Registry::new(),
            judge: Judge::start(),
        }
    }

    fn text(&self, format: Format) -> String {
        let mut exposition = String::new();
        encode(&self.registry, format, &mut exposition);
        exposition
    }

    fn families(&mut self) -> Vec<ParsedFamily> {
        let exposition = self.text(Format::OpenMetrics);
        self.judge.parse(Format::OpenMetrics, &exposition)
    }

    fn names_and_types(&mut self) -> Vec<(String, String)> {
        let families = self.families().into_iter();
        families
            .map(|family| (family.name, family.metric_type))
            .collect()
    }

    /// The sum of the series of this name, of which there has to be one.
    fn value(&mut self, name: &str) -> f64 {
        let families = self.families();
        let samples = families.iter().flat_map(|family| &family.samples);
        let values = samples.filter(|sample| sample.name == name);
        let sum = values
            .map(ParsedSample::value)
            .reduce(|sum, value| sum + value);
        sum.unwrap_or_else(|| panic!("no `{name}` in the exposition"))
    }
}

#[test]
fn the_process_has_the_standard_families() {
    let mut scraped = Scraped::new();
    let registry = scraped.registry.clone();
    registry.register_process().unwrap();
    // `process_virtual_memory_max_bytes` is not there where memory is not limited.
    let families: Vec<_> = scraped
        .names_and_types()
        .into_iter()
        .filter(|(name, _)| name != "process_virtual_memory_max_bytes")
        .collect();
    let expected = [
        ("process_cpu_seconds", "counter"),
        ("process_max_fds", "gauge"),
        ("process_open_fds", "gauge"),
        ("process_resident_memory_bytes", "gauge"),
        ("process_start_time_seconds", "gauge"),
        ("process_threads", "gauge"),
        ("process_virtual_memory_bytes", "gauge"),
    ];
    assert_eq!(
        families,
        expected.map(|(name, kind)| (name.to_owned(), kind.to_owned()))
    );
    assert_eq!(promtool_lints(&scraped.text(Format::PrometheusText)), "");
    assert!(registry.untouched().is_empty());
    assert!(matches!(
        registry.register_process(),
        Err(RegisterError::Duplicate { .. })
    ));
}

#[test]
fn the_process_is_read_when_it_is_scraped() {
    let mut scraped = Scraped::new();
    let registry = scraped.registry.clone();
    registry.register_process().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let age = now.as_secs_f64() - scraped.value("process_start_time_seconds");
    assert!((-2.0..86_400.0).contains(&age), "{age}");

    // Other tests of this process open and close files too, but not as many.
    let before = scraped.value("process_open_fds");
    let files: Vec<_> = (0..100)
        .map(|_| File::open("Cargo.toml").unwrap())
        .collect();
    let after = scraped.value("process_open_fds");
    assert!(after >= before + 50.0, "{before} {after}");
    assert!(scraped.value("process_max_fds") >= after);
    drop(files);

    let before = scraped.value("process_resident_memory_bytes");
    let memory = black_box(vec![1_u8; 256 << 20]);
    let after = scraped.value("process_resident_memory_bytes");
    assert!(after >= before + f64::from(128 << 20), "{before} {after}");
    assert!(scraped.value("process_virtual_memory_bytes") >= after);
    drop(memory);

    let before = scraped.value("process_cpu_seconds_total");
    eventually("time on a processor", || {
        black_box((0..1_000_000_u64).fold(0, |sum, n| black_box(sum ^ n)));
        match scraped.value("process_cpu_seconds_total") - before {
            used if used >= 0.1 => Ok(()),
            used => Err(format!("{used} s")),
        }
    });
    assert!(scraped.value("process_threads") >= 1.0);
}

#[test]
fn a_tokio_runtime_tells_of_its_workers_and_tasks() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut scraped = Scraped::new();
    let registry = scraped.registry.clone();
    registry.register_tokio(runtime.handle().clone()).unwrap();
    let families = [
        ("tokio_alive_tasks", "gauge"),
        ("tokio_global_queue_depth", "gauge"),
        ("tokio_worker_busy_seconds", "counter"),
        ("tokio_worker_parks", "counter"),
        ("tokio_workers", "gauge"),
    ];
    assert_eq!(
        scraped.names_and_types(),
        families.map(|(name, kind)| (name.to_owned(), kind.to_owned()))
    );
    assert_eq!(promtool_lints(&scraped.text(Format::PrometheusText)), "");
    assert_eq!(scraped.value("tokio_workers"), 2.0);
    assert_eq!(scraped.value("tokio_alive_tasks"), 0.0);

    let tasks: Vec<_> = (0..7)
        .map(|_| runtime.spawn(std::future::pending::<()>()))
        .collect();
    assert_eq!(scraped.value("tokio_alive_tasks"), 7.0);
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    eventually("the tasks end", || {
        match scraped.value("tokio_alive_tasks") {
            0.0 => Ok(()),
            alive => Err(format!("{alive} are alive")),
        }
    });
    let ran = runtime.spawn(async { std::thread::park_timeout(Duration::from_millis(50)) });
    runtime.block_on(ran).unwrap();
    eventually("the workers were busy and slept", || {
        let busy = scraped.value("tokio_worker_busy_seconds_total");
        match (busy, scraped.value("tokio_worker_parks_total")) {
            (busy, parks) if busy > 0.0 && parks > 0.0 => Ok(()),
            neither => Err(format!("{neither:?}")),
        }
    });
    let workers = scraped
        .families()
        .into_iter()
        .flat_map(|family| family.samples);
    let workers = workers.filter(|sample| sample.name == "tokio_worker_parks_total");
    let workers: Vec<_> = workers
        .map(|sample| sample.labels["worker"].clone())
        .collect();
    assert_eq!(workers, ["0", "1"]);
    // The handle outlives the runtime.
    drop(runtime);
    assert_eq!(scraped.value("tokio_workers"), 2.0);
}
