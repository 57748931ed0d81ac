//! How each library makes an exposition. Buffers are kept between two, where the library lets its user keep one.

use std::sync::{LazyLock, Mutex, PoisonError};

use fast_telemetry::PrometheusExport;
use foundations_metrics::{EncodeMetric, EncodeMetricValue, MetricFamily, NamedMetric};
use measured::MetricGroup;
use measured::text::BufferedTextEncoder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry_sdk::metrics::{Instrument, SdkMeterProvider, Stream};

use crate::contender::Scrape;
use crate::labels::BOUNDS;

/// Contenders live as long as the process.
pub fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Into a string that is kept.
pub fn into_string(write: impl Fn(&mut String) + Send + Sync + 'static) -> Scrape {
    let kept = Mutex::new(String::new());
    Box::new(move |done| {
        let mut text = kept.lock().unwrap_or_else(PoisonError::into_inner);
        text.clear();
        write(&mut text);
        done(text.as_bytes());
    })
}

/// Of every set that this program links: those of all recording questions.
pub fn metricset() -> Scrape {
    metricset_registry(metricset::Registry::linked().expect("the sets do not clash"))
}

pub fn metricset_registry(registry: metricset::Registry) -> Scrape {
    use metricset::encode::{Format, write_to};
    let kept = Mutex::new(Vec::new());
    Box::new(move |done| {
        let mut bytes = kept.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.clear();
        write_to(&registry, Format::PrometheusText, &mut *bytes).expect("writes into memory");
        done(&bytes);
    })
}

pub fn prometheus_client(registry: prometheus_client::registry::Registry) -> Scrape {
    into_string(move |out| {
        prometheus_client::encoding::text::encode(out, &registry).expect("writes into memory");
    })
}

pub fn prometheus(registry: prometheus::Registry) -> Scrape {
    into_string(move |out| {
        prometheus::TextEncoder::new()
            .encode_utf8(&registry.gather(), out)
            .expect("writes into memory");
    })
}

/// Installs the recorder that its macros look up, once.
pub fn metrics() -> Scrape {
    static HANDLE: LazyLock<PrometheusHandle> = LazyLock::new(|| {
        PrometheusBuilder::new()
            .set_buckets(&BOUNDS)
            .and_then(PrometheusBuilder::install_recorder)
            .expect("no other recorder is installed")
    });
    metrics_recorder(HANDLE.clone())
}

pub fn metrics_recorder(handle: PrometheusHandle) -> Scrape {
    Box::new(move |done| done(handle.render().as_bytes()))
}

pub fn measured<G>(group: &'static G) -> Scrape
where
    G: MetricGroup<BufferedTextEncoder> + Sync,
{
    measured_families(|encoder| match group.collect_group_into(encoder) {
        Ok(()) => {}
        Err(never) => match never {},
    })
}

pub fn measured_families(
    collect: impl Fn(&mut BufferedTextEncoder) + Send + Sync + 'static,
) -> Scrape {
    let kept = Mutex::new(BufferedTextEncoder::new());
    Box::new(move |done| {
        let mut encoder = kept.lock().unwrap_or_else(PoisonError::into_inner);
        collect(&mut encoder);
        done(&encoder.finish());
    })
}

pub fn fastmetrics(registry: fastmetrics::registry::Registry) -> Scrape {
    use fastmetrics::format::text::{TextProfile, encode};
    into_string(move |out| {
        encode(out, &registry, TextProfile::default()).expect("writes into memory");
    })
}

pub fn fast_telemetry(metric: &'static (impl PrometheusExport + Sync)) -> Scrape {
    into_string(move |out| metric.export_prometheus(out, "bench_requests_total", "Requests."))
}

/// Its collection walks one registry for the whole process, which would hold the metrics of all questions: families are
/// encoded by themselves, without the checks that its collection makes.
pub fn foundations(metric: impl EncodeMetricValue) -> Scrape {
    let metric = NamedMetric::new("bench_requests_total", "Requests.", metric);
    foundations_families(move || metric.encode())
}

pub fn foundations_families(
    encode: impl Fn() -> Vec<MetricFamily> + Send + Sync + 'static,
) -> Scrape {
    Box::new(move |done| done(foundations_metrics::encode_to_text(&encode()).as_bytes()))
}

pub fn vise(registry: vise::Registry) -> Scrape {
    into_string(move |out| {
        registry
            .encode(out, vise::Format::OpenMetricsForPrometheus)
            .expect("writes into memory");
    })
}

/// What fast-telemetry asks for: as many shards as there are cores.
pub fn shards() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A provider of instruments, and the exposition of what they record.
pub fn opentelemetry() -> (SdkMeterProvider, Scrape) {
    opentelemetry_with(2_000)
}

/// With room for so many series in every instrument; its own limit is 2,000.
pub fn opentelemetry_with(max_series: usize) -> (SdkMeterProvider, Scrape) {
    let registry = prometheus::Registry::new();
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()
        .expect("an empty registry takes it");
    let provider = SdkMeterProvider::builder()
        .with_reader(exporter)
        .with_view(move |_: &Instrument| {
            Stream::builder()
                .with_cardinality_limit(max_series)
                .build()
                .ok()
        })
        .build();
    let scrape = prometheus(registry);
    // Its instruments end with it, so it stays with what is scraped.
    let kept = provider.clone();
    let scrape: Scrape = Box::new(move |done| {
        let _ = &kept;
        scrape(done);
    });
    (provider, scrape)
}
