//! The reverse proxy in every trouble that its alerts are about.

use std::net::SocketAddr;
use std::sync::mpsc::{self, TryRecvError};
use std::thread;

use metricset_tests::process::{Example, curl, try_curl};

use crate::alerts::at_once;
use crate::example;
use crate::server::Server;

const ALERTS: &str = include_str!("../../../examples/pangolin/alerts.yml");

/// A server, and where its users reach it.
fn server(args: &[&str]) -> (Example, SocketAddr) {
    let args = [&["--proxy", "127.0.0.1:0"], args].concat();
    let mut server = Example::start(example("pangolin"), &args);
    let proxy = server.announced("proxy on http://");
    (server, proxy)
}

#[test]
fn its_alerts_fire_where_they_should_and_nowhere_else() {
    let (troubled, proxy) = server(&["--fail-rate", "50", "--backend-down"]);
    let (gone, _) = server(&[]);
    let (healthy, _) = server(&[]);
    let targets = [&troubled, &gone, &healthy].map(Example::address);
    let prometheus = Server::prometheus(&[("pangolin", &targets)], Some(&at_once(ALERTS)));
    prometheus.wait_for("sum(up)", |up| up == 3.0);
    drop(gone);

    // A site that nobody lets in.
    let url = |path: &str| format!("http://{proxy}{path}");
    let token = curl(&["--data", "admin:pangolin", &url("/ui/login")]);
    let session = format!("Authorization: Bearer {token}");
    let site = "{id: s-new, region: eu, key: guessed}";
    let add = ["--header", &session, "--data", site, &url("/ui/sites")];
    assert_eq!(curl(&add), "");

    // Requests that fail, that lack a session, and that take long. A rate needs some before and some after a scrape.
    let pages = ["/api/page", "/wiki/page", "/api/slow"].map(url);
    let (_until_the_end, ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        while ended.try_recv() == Err(TryRecvError::Empty) {
            for page in &pages {
                // Whether it fails is the server's choice.
                let _ = try_curl(&[page]);
            }
        }
    });
    let [troubled, gone, _] = targets;
    let expected = [
        ("PangolinAuthRequestsFailing", troubled),
        ("PangolinBackendDown", troubled),
        ("PangolinDown", gone),
        ("PangolinResourceErrors", troubled),
        ("PangolinResourceRequestDurationSlow", troubled),
        ("PangolinSiteOffline", troubled),
    ];
    prometheus.wait_for_alerts(ALERTS, &expected);
}

/// An alert that has no instance to name.
#[test]
fn no_target_is_an_alert_too() {
    let prometheus = Server::prometheus(&[], Some(&at_once(ALERTS)));
    prometheus.wait_for(
        r#"ALERTS{alertname="PangolinAbsent",alertstate="firing"}"#,
        |firing| firing == 1.0,
    );
}
