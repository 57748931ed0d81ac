//! Requests and responses: which path answers what, for our server and for a user's own.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue,
    RETRY_AFTER, VARY,
};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use super::accept_encoding::prefers_gzip;
use super::body::Scrape;
use super::chunks;
use super::health::Vitals;
use super::metrics::{Answer, Status};
use super::race::{First, race};
use super::{Body, Exporter, ServeError};
use crate::encode::Format;

#[derive(Clone, Copy)]
enum Route {
    Metrics,
    Health,
    Healthz,
    Ready,
}

const ROUTES: [(&str, Route); 4] = [
    ("/metrics", Route::Metrics),
    ("/health", Route::Health),
    ("/healthz", Route::Healthz),
    ("/ready", Route::Ready),
];

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A response that is being made. What the services of [`Exporter`] return.
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>);

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

/// For a hyper server. The request's body is not read.
impl<B> hyper::service::Service<Request<B>> for Exporter {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<B>) -> ResponseFuture {
        let exporter = self.clone();
        let (request, _) = request.into_parts();
        ResponseFuture(Box::pin(
            async move { Ok(exporter.respond(&request).await) },
        ))
    }
}

/// For axum and everything else that is built on tower. The request's body is not read.
impl<B> tower_service::Service<Request<B>> for Exporter {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        hyper::service::Service::call(self, request)
    }
}

impl Exporter {
    async fn respond(&self, request: &Parts) -> Response<Body> {
        let mut response = self.route(request).await;
        // Written here because hyper could not know it once the body is gone.
        if let Some(len) = response.body().len() {
            let len = HeaderValue::from(len);
            response.headers_mut().insert(CONTENT_LENGTH, len);
        }
        if request.method == Method::HEAD {
            *response.body_mut() = Body::default();
        }
        response
    }

    async fn route(&self, request: &Parts) -> Response<Body> {
        let path = request.uri.path();
        let Some((_, route)) = ROUTES.iter().find(|(known, _)| *known == path) else {
            let paths = ROUTES.map(|(path, _)| path).join(", ");
            let body = format!("not found; the paths are {paths}\n");
            return text(StatusCode::NOT_FOUND, body);
        };
        if request.method != Method::GET && request.method != Method::HEAD {
            let mut response = text(
                StatusCode::METHOD_NOT_ALLOWED,
                "method not allowed; use GET or HEAD\n",
            );
            let allowed = HeaderValue::from_static("GET, HEAD");
            response.headers_mut().insert(ALLOW, allowed);
            return response;
        }
        match route {
            Route::Metrics => self.metrics(&request.headers).await,
            Route::Health => text(StatusCode::OK, "OK"),
            Route::Healthz => self.healthz().await,
            Route::Ready if self.0.readiness.is_ready() => text(StatusCode::OK, "OK"),
            Route::Ready => text(StatusCode::SERVICE_UNAVAILABLE, "not ready"),
        }
    }

    async fn metrics(&self, headers: &HeaderMap) -> Response<Body> {
        // The lines of a field are one list (RFC 9110, "Field Order"); what is not ASCII names no format.
        let accept: Vec<_> = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        let format = Format::negotiate(Some(&accept.join(",")));
        let gzip = prefers_gzip(headers);
        let response = match self.scrape(format, gzip).await {
            Ok(body) => {
                let content_type = HeaderValue::from_static(format.content_type());
                let mut response = with_body(StatusCode::OK, content_type, body);
                let headers = response.headers_mut();
                headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
                if gzip {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                }
                response
            }
            Err(error) => self.refusal(&error),
        };
        let status = match response.status() {
            StatusCode::OK => Status::Ok,
            StatusCode::SERVICE_UNAVAILABLE => Status::Unavailable,
            _ => Status::Failed,
        };
        let scrapes = self.0.scraper.metrics.scrapes_total;
        scrapes.with(Answer { status }).inc();
        response
    }

    /// The exposition as a body: whole, unless it is a long one.
    async fn scrape(&self, format: Format, gzip: bool) -> Result<Body, ServeError> {
        let timeout = self.0.in_flight.timeout();
        let (chunks, mut exposition) = chunks::channel(timeout);
        let exporter = self.clone();
        let mut scrape: Scrape = Box::pin(async move {
            let scraper = Arc::clone(&exporter.0.scraper);
            let scraped = exporter
                .0
                .in_flight
                .run(move || scraper.scrape(format, gzip, chunks));
            scraped.await?.map_err(|error| match error.kind() {
                ErrorKind::TimedOut => ServeError::ScrapeTimeout { timeout },
                _ => ServeError::Scrape {
                    source: error.into(),
                },
            })
        });
        match race(&mut scrape, exposition.outgrown()).await {
            First::Left(done) => done.map(|()| Body::new(exposition.whole())),
            First::Right(()) => Ok(Body::streamed(exposition.chunks, self.reported(scrape))),
        }
    }

    /// The same scrape; if it fails, that is reported, since it is too late for another answer.
    fn reported(&self, scrape: Scrape) -> Scrape {
        let exporter = self.clone();
        Box::pin(async move {
            let result = scrape.await;
            if let Err(error) = &result {
                exporter.report(error);
            }
            result
        })
    }

    async fn healthz(&self) -> Response<Body> {
        let exporter = self.clone();
        // The closures of users may block as collectors do, and counting series is a collection.
        let json = self.0.in_flight.run(move || {
            exporter.0.health.to_json(&Vitals {
                ready: exporter.0.readiness.is_ready(),
                version: &exporter.0.version,
                uptime: exporter.0.started.elapsed(),
                size: exporter.0.scraper.registry.size(),
                untouched: exporter.0.scraper.registry.untouched(),
            })
        });
        match json.await {
            Ok(json) => with_body(StatusCode::OK, JSON, Body::new(json.into())),
            Err(error) => self.refusal(&error),
        }
    }

    /// The answer to a request that a collection failed for.
    fn refusal(&self, error: &ServeError) -> Response<Body> {
        self.report(error);
        match error {
            ServeError::TooManyScrapes => unavailable("too many scrapes in flight; try again\n"),
            ServeError::ScrapeTimeout { .. } => unavailable("the scrape took too long\n"),
            // What it was may be nobody else's business: it goes to the program's own log.
            _ => text(StatusCode::INTERNAL_SERVER_ERROR, "the scrape failed\n"),
        }
    }
}

/// The answer to a client that should come again later.
pub(super) fn unavailable(body: &'static str) -> Response<Body> {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, body);
    let seconds = HeaderValue::from_static("1");
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Body> {
    with_body(status, TEXT, Body::new(body.into()))
}

fn with_body(status: StatusCode, content_type: HeaderValue, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
