//! The HTTP API: publishes events and lists channels. Requests are not signed here.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes};
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode};
use metricset::LabelEnum;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::app::App;
use crate::metrics::{self, Answer, Endpoint, HTTP, Method, Status};

const MAX_BODY: usize = 64 * 1024;
/// A client has as long to send the body.
const BODY_LIMIT: Duration = Duration::from_secs(30);

/// An event for some channels.
#[derive(Deserialize)]
struct Publication {
    name: String,
    channel: Option<String>,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    data: Value,
}

/// Answers a request for the part of an app's API that `path` names, and measures it. The time for the request's body is
/// part of its duration.
pub(crate) async fn answer<B>(
    app: Option<&App>,
    path: &str,
    request: Request<B>,
) -> Response<Full<Bytes>>
where
    B: Body<Data: Send, Error: std::error::Error + Send + Sync + 'static>,
{
    let method = Method::from_value(request.method().as_str()).unwrap_or(Method::Other);
    let endpoint = Endpoint::from_value(path).unwrap_or(Endpoint::Other);
    let labels = metrics::Request { method, endpoint };
    let duration = HTTP.http_request_duration_seconds.with(labels);
    let _duration = duration.start_timer();

    let answer = match (app, endpoint, method) {
        (None, ..) | (_, Endpoint::Other, _) => Err(Status::NotFound),
        (Some(app), Endpoint::Events, Method::Post) => publish(app, request).await,
        // Published like any other event, and not by this example.
        (_, Endpoint::BatchEvents, Method::Post) => Err(Status::NotImplemented),
        (Some(app), Endpoint::Channels, Method::Get) => Ok(channels(app)),
        _ => Err(Status::MethodNotAllowed),
    };
    let (status, body) = match answer {
        Ok(body) => (Status::Ok, body),
        Err(status) => (status, json!({ "error": status.code().canonical_reason() })),
    };
    HTTP.http_requests_total.with(Answer { status }).inc();
    let body = body.to_string();
    HTTP.http_response_size_bytes.observe(body.len() as f64);
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status.code();
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

async fn publish<B>(app: &App, request: Request<B>) -> Result<Value, Status>
where
    B: Body<Data: Send, Error: std::error::Error + Send + Sync + 'static>,
{
    let body = Limited::new(request.into_body(), MAX_BODY).collect();
    let body = match timeout(BODY_LIMIT, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Status::TooLarge),
        Ok(Err(_)) => return Err(Status::BadRequest),
        Err(_) => return Err(Status::RequestTimeout),
    };
    let publication: Publication = serde_json::from_slice(&body).map_err(|_| Status::BadRequest)?;
    if !app.limiter.admit() {
        return Err(Status::TooManyRequests);
    }
    for channel in publication.channel.iter().chain(&publication.channels) {
        app.publish(channel, &publication.name, &publication.data, None);
    }
    Ok(json!({}))
}

fn channels(app: &App) -> Value {
    let channels: serde_json::Map<_, _> = app
        .adapter
        .counts()
        .into_iter()
        .map(|(channel, count)| (channel, json!({ "subscription_count": count })))
        .collect();
    json!({ "channels": channels })
}

impl Status {
    fn code(self) -> StatusCode {
        match self {
            Self::Ok => StatusCode::OK,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        }
    }
}
