//! Sites that come and go, and their series with them.

use metricset_tests::poll::eventually;

use crate::Server;

/// The families that have series of a site.
fn families(exposition: &str, site: &str) -> std::collections::BTreeSet<String> {
    let label = format!(r#"site_id="{site}""#);
    let lines = exposition.lines().filter(|line| line.contains(&label));
    lines
        .filter_map(|line| Some(line.split_once('{')?.0.to_owned()))
        .collect()
}

#[test]
fn the_series_of_a_site_end_with_it() {
    let server = Server::start(&[]);
    let session = server.log_in();
    let header = ["--header", &session];
    let site = "{id: s-new, region: eu, resources: [{id: shop}]}";
    server.send("/ui/sites", &[&header[..], &["--data", site]].concat());
    server.wait_for(&[
        r#"ws_connections_total{site_id="s-new",result="success"} 2"#,
        r#"site_online{site_id="s-new",transport="websocket"} 1"#,
        r#"tunnel_up{site_id="s-new",transport="wireguard"} 1"#,
        r#"ws_active_connections{site_id="s-new"} 1"#,
        r#"backend_health_status{backend="backend-1",site_id="s-new"} 1"#,
    ]);
    assert_eq!(server.send("/shop/page", &[]), "this is /shop/page\n");
    let before = server.exposition();
    for family in [
        "resource_requests_total",
        "site_bandwidth_bytes_total",
        "site_handshake_latency_seconds_bucket",
        "site_uptime_seconds_total",
    ] {
        let family = format!("pangolin_{family}");
        assert!(
            families(&before, "s-new").contains(&family),
            "{family}: {before}"
        );
    }

    let remove = ["--request", "DELETE"];
    server.send("/ui/sites/s-new", &[&header[..], &remove].concat());
    let again = server.try_send("/ui/sites/s-new", &[&header[..], &remove].concat());
    assert!(again.is_err_and(|error| error.contains("404")));
    eventually("the series are gone", || {
        match families(&server.exposition(), "s-new") {
            left if left.is_empty() => Ok(()),
            left => Err(format!("{left:?}")),
        }
    });
    assert!(families(&server.exposition(), "s-abc").contains("pangolin_tunnel_up"));
    assert!(
        server
            .try_send("/shop/page", &[])
            .is_err_and(|error| error.contains("404"))
    );
}

#[test]
fn a_site_with_the_wrong_key_stays_outside() {
    let server = Server::start(&[]);
    let session = server.log_in();
    let site = "{id: s-new, region: asia, key: guessed, resources: [{id: shop}]}";
    server.send("/ui/sites", &["--header", &session, "--data", site]);
    eventually("it is refused", || {
        let exposition = server.exposition();
        let refused = [
            r#"pangolin_ws_connections_total{site_id="s-new",result="failure"}"#,
            r#"pangolin_tunnel_reconnects_total{site_id="s-new",transport="wireguard",reason="refused"}"#,
        ];
        match refused.iter().all(|series| exposition.contains(series)) {
            true => Ok(()),
            false => Err(exposition),
        }
    });
    server.wait_for(&[
        r#"site_online{site_id="s-new",transport="websocket"} 0"#,
        r#"site_active_sites{region="asia"} 0"#,
        r#"site_active_sites{region="eu"} 1"#,
    ]);
    let offline = server.try_send("/shop/page", &[]);
    assert!(offline.is_err_and(|error| error.contains("502")));
    server.wait_for(&[
        r#"resource_errors_total{site_id="s-new",resource_id="shop",backend="none",error_type="tunnel_down"} 1"#,
    ]);
}

#[test]
fn traefik_gets_what_it_would_take() {
    let server = Server::start(&[]);
    let session = server.log_in();
    let site = "{id: s-new, region: eu, resources: [{id: shop_page}, {id: api}, {id: news}]}";
    server.send("/ui/sites", &["--header", &session, "--data", site]);
    eventually("the resource is in the configuration", || {
        let config = server.send("/v1/traefik", &["--header", "x-api-key: open-sesame"]);
        let has = |name: &str| config.contains(&format!("PathPrefix(`/{name}`)"));
        match has("news") && has("wiki") && !has("shop_page") {
            true => Ok(()),
            false => Err(config),
        }
    });
    let exposition = server.exposition();
    for error_type in ["invalid_name", "duplicate_name"] {
        let zero =
            format!("pangolin_traefik_provider_errors_total{{error_type=\"{error_type}\"}} 0");
        assert!(!exposition.contains(&zero), "{exposition}");
    }
}
