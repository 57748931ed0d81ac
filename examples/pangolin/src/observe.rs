//! The families that nobody updates: each scrape reads them from the server's state.

use std::collections::BTreeMap;

use crate::app::App;
use crate::metrics::{
    Active, ApplicationProtocol, AuthMethod, ByDomain, ByRegion, BySite, ConnectionState, METRICS,
    Pool, SiteTransport, Transport,
};

/// Lets them read from this server, which was started this often before.
pub(crate) fn observe(app: &App, restarts: u64) {
    let restart_count = METRICS.system.restart_count_total;
    restart_count.read_with(move || restarts);
    observe_sites(app);
    observe_sessions(app);
    observe_certificates(app);
}

fn observe_sites(app: &App) {
    let metrics = &METRICS.site;
    let sites = app.sites.clone();
    metrics.site_active_sites.read_with(move |series| {
        let mut regions = BTreeMap::new();
        for site in sites.all() {
            *regions.entry(site.region.clone()).or_insert(0) += i64::from(site.is_online());
        }
        for (region, active) in &regions {
            series.push(ByRegion { region }, *active);
        }
    });
    let sites = app.sites.clone();
    metrics.site_online.read_with(move |series| {
        for site in sites.all() {
            let labels = SiteTransport {
                site_id: &site.id,
                transport: Transport::WebSocket,
            };
            series.push(labels, site.is_online().into());
        }
    });
    let sites = app.sites.clone();
    metrics.site_uptime_seconds_total.read_with(move |series| {
        for site in sites.all() {
            let labels = BySite { site_id: &site.id };
            series.push(labels, site.uptime().as_secs_f64());
        }
    });
    let sites = app.sites.clone();
    let connections = METRICS.resource.resource_active_connections;
    connections.read_with(move |series| {
        for site in sites.all() {
            for resource in &site.resources {
                let labels = Active {
                    site_id: &site.id,
                    resource_id: &resource.id,
                    protocol: ApplicationProtocol::Http11,
                };
                series.push(labels, resource.active());
            }
        }
    });
}

fn observe_sessions(app: &App) {
    let database = app.auth.database.clone();
    let active_users = METRICS.auth.auth_active_users;
    active_users.read_with(move || database.with_sessions(|sessions| sessions.len() as i64));

    let database = app.auth.database.clone();
    let active_sessions = METRICS.ui.ui_active_sessions;
    active_sessions.read_with(move || {
        database.with_sessions(|sessions| {
            let of_users = sessions
                .values()
                .filter(|session| session.started_with == AuthMethod::Password);
            of_users.count() as i64
        })
    });

    let database = app.auth.database.clone();
    let connections = METRICS.database.db_pool_connections;
    connections.read_with(move |series| {
        let (idle, active) = database.pool();
        for (state, connections) in [
            (ConnectionState::Idle, idle),
            (ConnectionState::Active, active),
        ] {
            series.push(Pool { state }, connections as i64);
        }
    });
}

fn observe_certificates(app: &App) {
    let certificates = app.certificates.clone();
    let all = METRICS.system.certificates_expiry_days;
    all.read_with(move |series| {
        certificates.each(|certificate| {
            let domain = certificate.domain;
            series.push(ByDomain { domain }, certificate.days_left());
        });
    });
    let certificates = app.certificates.clone();
    let renewed = METRICS.acme.acme_cert_expiry_days;
    renewed.read_with(move |series| {
        certificates.each(|certificate| {
            if certificate.is_acme {
                let domain = certificate.domain;
                series.push(ByDomain { domain }, certificate.days_left());
            }
        });
    });
}
