//! The way of a request to a resource, through its site's tunnel, to a backend.

use std::sync::Arc;

use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use crate::api::token;
use crate::app::App;
use crate::http::reply;
use crate::metrics::{
    ByDirection, Direction, Error, METRICS, Method, NetworkProtocol, Request as RequestLabels,
    ResourceErrorType, SiteTraffic,
};
use crate::site::{Resource, Site};

/// In the place of a backend's name where there is none.
const NO_BACKEND: &str = "none";

/// Answers a request for the resource that the first part of its path names.
pub(crate) async fn answer(app: &App, request: Request<Bytes>) -> Response<Bytes> {
    let name = request.uri().path().split('/').nth(1).unwrap_or_default();
    let sites = app.sites.all();
    let found = sites.iter().find_map(|site| {
        let resource = site.resources.iter().find(|resource| resource.id == name)?;
        Some((site, resource))
    });
    let Some((site, resource)) = found else {
        return reply(StatusCode::NOT_FOUND, "no such resource\n");
    };
    let _active = resource.start();
    let _duration = METRICS
        .resource
        .resource_request_duration_seconds
        .start_timer();
    let route = Route { site, resource };
    let method = Method::of(&request);
    route.count_bytes(Direction::Ingress, request.body());
    let (backend, response) = route.forward(app, request).await;
    route.count_bytes(Direction::Egress, response.body());
    let labels = RequestLabels {
        site_id: &site.id,
        resource_id: &resource.id,
        backend,
        method,
        status: response.status().as_u16(),
    };
    METRICS.resource.resource_requests_total.with(labels).inc();
    response
}

struct Route<'a> {
    site: &'a Arc<Site>,
    resource: &'a Resource,
}

impl Route<'_> {
    /// What came back, and from which backend.
    async fn forward(&self, app: &App, request: Request<Bytes>) -> (&'static str, Response<Bytes>) {
        if self.resource.protected {
            let admitted = app.auth.admit(&self.site.id, token(&request)).await;
            if admitted.is_err() {
                return (
                    NO_BACKEND,
                    reply(StatusCode::UNAUTHORIZED, "log in first\n"),
                );
            }
        }
        if !self.site.is_online() {
            self.count_error(NO_BACKEND, ResourceErrorType::TunnelDown);
            let response = reply(StatusCode::BAD_GATEWAY, "the site is not connected\n");
            return (NO_BACKEND, response);
        }
        let Some(backend) = app.backends.choose() else {
            self.count_error(NO_BACKEND, ResourceErrorType::NoBackend);
            let response = reply(StatusCode::SERVICE_UNAVAILABLE, "no backend is healthy\n");
            return (NO_BACKEND, response);
        };
        let response = match backend.call(self.site, request).await {
            Ok(response) => {
                if response.status().is_server_error() {
                    self.count_error(backend.name, ResourceErrorType::ServerError);
                }
                let size = response.body().len() as f64;
                METRICS.backend.backend_response_size_bytes.observe(size);
                response
            }
            Err(_) => {
                self.count_error(backend.name, ResourceErrorType::Unreachable);
                reply(StatusCode::BAD_GATEWAY, "the backend does not answer\n")
            }
        };
        (backend.name, response)
    }

    fn count_error(&self, backend: &str, error_type: ResourceErrorType) {
        let error = Error {
            site_id: &self.site.id,
            resource_id: &self.resource.id,
            backend,
            error_type,
        };
        METRICS.resource.resource_errors_total.with(error).inc();
    }

    /// A body is counted for the resource, the site and the tunnel that it went through.
    fn count_bytes(&self, direction: Direction, body: &Bytes) {
        let bytes = body.len() as u64;
        let by_direction = ByDirection { direction };
        let traffic = SiteTraffic {
            site_id: &self.site.id,
            direction,
            protocol: NetworkProtocol::Tcp,
        };
        METRICS
            .resource
            .resource_bandwidth_bytes_total
            .with(by_direction)
            .inc_by(bytes);
        METRICS
            .site
            .site_bandwidth_bytes_total
            .with(traffic)
            .inc_by(bytes);
        METRICS
            .tunnel
            .tunnel_bytes_total
            .with(by_direction)
            .inc_by(bytes);
    }
}
