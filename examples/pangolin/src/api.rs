//! What the server answers itself: the user interface under `/ui`, and the API for other programs under `/v1`.

use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::{Method, Request, Response, StatusCode};
use metricset::LabelEnum;

use crate::app::App;
use crate::config::SiteConfig;
use crate::http::reply;
use crate::metrics::{self, AuthFailure, Endpoint, JobType, METRICS, UiRequest};
use crate::proxy;

const API_KEY: &str = "x-api-key";

/// Answers any request.
pub(crate) async fn answer(app: &App, request: Request<Bytes>) -> Response<Bytes> {
    let path = request.uri().path().to_owned();
    let parts: Vec<_> = path.split('/').skip(1).collect();
    match parts[..] {
        ["ui", ref rest @ ..] => {
            let (endpoint, response) = ui(app, &request, rest).await;
            let labels = UiRequest {
                endpoint,
                method: metrics::Method::of(&request),
                status: response.status().as_u16(),
            };
            METRICS.ui.ui_requests_total.with(labels).inc();
            response
        }
        ["v1", ref rest @ ..] => {
            let metrics = &METRICS.integration;
            let _duration = metrics.integration_api_duration_seconds.start_timer();
            metrics.integration_api_requests_total.inc();
            integration(app, &request, rest).await
        }
        _ => proxy::answer(app, request).await,
    }
}

/// The token that a request carries.
pub(crate) fn token(request: &Request<Bytes>) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?;
    header.to_str().ok()?.strip_prefix("Bearer ")
}

async fn ui(app: &App, request: &Request<Bytes>, path: &[&str]) -> (Endpoint, Response<Bytes>) {
    let endpoint = match path {
        ["login"] => Endpoint::Login,
        ["logout"] => Endpoint::Logout,
        ["refresh"] => Endpoint::Refresh,
        ["reload"] => Endpoint::Reload,
        ["sites"] => Endpoint::Sites,
        ["sites", _] => Endpoint::Site,
        _ => Endpoint::Other,
    };
    let response = match (endpoint, request.method()) {
        (Endpoint::Login, &Method::POST) => {
            let login = String::from_utf8_lossy(request.body());
            given(app.auth.log_in(login.trim_end()).await)
        }
        // Everything else takes a session.
        _ => match app.auth.check(token(request)).await {
            Ok(token) => page(app, request, endpoint, path, token).await,
            Err(_) => reply(StatusCode::UNAUTHORIZED, "log in first\n"),
        },
    };
    (endpoint, response)
}

async fn page(
    app: &App,
    request: &Request<Bytes>,
    endpoint: Endpoint,
    path: &[&str],
    token: &str,
) -> Response<Bytes> {
    match (endpoint, request.method(), path) {
        (Endpoint::Logout, &Method::POST, _) => found(app.auth.log_out(token).await),
        (Endpoint::Refresh, &Method::POST, _) => given(app.auth.refresh(token).await),
        (Endpoint::Reload, &Method::POST, _) => match app.reload() {
            Ok(()) => reply(StatusCode::NO_CONTENT, ""),
            Err(error) => reply(StatusCode::BAD_REQUEST, format!("{error}\n")),
        },
        (Endpoint::Sites, &Method::GET, _) => list_sites(app),
        (Endpoint::Sites, &Method::POST, _) => add_site(app, request.body()),
        (Endpoint::Site, &Method::DELETE, ["sites", id]) => remove_site(app, id),
        _ => reply(StatusCode::NOT_FOUND, "no such page\n"),
    }
}

async fn integration(app: &App, request: &Request<Bytes>, path: &[&str]) -> Response<Bytes> {
    let key = request.headers().get(API_KEY);
    let key = key.and_then(|key| key.to_str().ok());
    match (request.method(), path) {
        (&Method::POST, ["tokens"]) => given(app.auth.issue_to_program(key).await),
        _ if app.auth.check_key(key).is_err() => reply(StatusCode::UNAUTHORIZED, "wrong key\n"),
        (&Method::GET, ["sites"]) => list_sites(app),
        (&Method::GET, ["traefik"]) => reply(StatusCode::OK, app.traefik.config()),
        _ => reply(StatusCode::NOT_FOUND, "no such call\n"),
    }
}

fn list_sites(app: &App) -> Response<Bytes> {
    let sites = app.sites.all();
    let lines: String = sites.iter().map(|site| format!("{}\n", site.id)).collect();
    reply(StatusCode::OK, lines)
}

/// Adds a site that is described as in the configuration file.
fn add_site(app: &App, description: &Bytes) -> Response<Bytes> {
    match serde_saphyr::from_slice::<SiteConfig>(description) {
        Err(error) => reply(StatusCode::BAD_REQUEST, format!("{error}\n")),
        Ok(site) if !app.sites.add(&site) => reply(StatusCode::CONFLICT, "there is one\n"),
        Ok(_) => {
            app.jobs.push(JobType::ConfigSync);
            reply(StatusCode::CREATED, "")
        }
    }
}

fn remove_site(app: &App, id: &str) -> Response<Bytes> {
    let removed = app.sites.remove(id);
    if removed {
        app.jobs.push(JobType::ConfigSync);
    }
    found(removed)
}

/// A token, or the reason why there is none.
fn given(token: Result<String, AuthFailure>) -> Response<Bytes> {
    match token {
        Ok(token) => reply(StatusCode::OK, token),
        Err(reason) => reply(StatusCode::UNAUTHORIZED, format!("{}\n", reason.as_str())),
    }
}

fn found(found: bool) -> Response<Bytes> {
    match found {
        true => reply(StatusCode::NO_CONTENT, ""),
        false => reply(StatusCode::NOT_FOUND, "no such thing\n"),
    }
}
