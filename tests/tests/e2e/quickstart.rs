//! The quickstart under its own load.

use metricset_tests::process::Example;

use crate::example;
use crate::server::Server;

#[test]
fn what_quickstart_records_comes_back_from_queries() {
    let quickstart = Example::start(example("quickstart"), &["--load"]);
    let prometheus = Server::prometheus(&[("examples", &[quickstart.address()])], None);

    prometheus.wait_for("up", |up| up == 1.0);
    prometheus.wait_for(
        r#"quickstart_requests_total{method="GET",status="200"}"#,
        |n| n > 0.0,
    );
    prometheus.wait_for(
        r#"quickstart_requests_total{method="OTHER",status="other"}"#,
        |n| n > 0.0,
    );
    prometheus.wait_for("sum(rate(quickstart_requests_total[1m]))", |rate| {
        rate > 0.0
    });
    prometheus.wait_for(
        r#"histogram_quantile(0.99, rate(quickstart_request_duration_seconds_bucket{method="PUT"}[1m]))"#,
        |seconds| 0.0 < seconds && seconds <= 1.0,
    );
    prometheus.wait_for("quickstart_keys", |keys| keys > 0.0);

    prometheus.assert_openmetrics(
        "quickstart_requests",
        "Requests answered, by method and status.",
        "quickstart_request_duration_seconds",
    );
}
