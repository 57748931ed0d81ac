//! The service: `PUT`, `GET` and `DELETE` of `/keys/NAME`, in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use metricset::{LabelEnum, instrument_metric};

use crate::metrics::{Answer, METRICS, Method, Status};

const MAX_BODY: usize = 64 * 1024;

#[derive(Default)]
pub(crate) struct Store(Mutex<HashMap<String, Bytes>>);

impl Store {
    /// Answers a request for a key, and measures it: also when the client hangs up and this future is cancelled. The calls by
    /// outcome go where those of all annotated functions do, to `function_calls_total`.
    #[instrument_metric(
        into = METRICS.request_duration_seconds,
        in_flight = METRICS.requests_in_flight,
        labels(method = Method::of(&request)),
    )]
    pub(crate) async fn call(
        &self,
        key: &str,
        request: Request<Incoming>,
    ) -> Response<Full<Bytes>> {
        let method = Method::of(&request);
        let (status, body) = match method {
            Method::Put => match Limited::new(request, MAX_BODY).collect().await {
                Ok(body) => self.put(key, body.to_bytes()),
                Err(_) => (StatusCode::BAD_REQUEST, Bytes::new()),
            },
            Method::Get => self.get(key),
            Method::Delete => self.delete(key),
            Method::Other => (StatusCode::METHOD_NOT_ALLOWED, Bytes::new()),
        };

        METRICS.sent_bytes_total.inc_by(body.len() as u64);
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        let status = Status::from_value(status.as_str()).unwrap_or(Status::Other);
        METRICS.requests_total.with(Answer { method, status }).inc();
        response
    }

    fn put(&self, key: &str, value: Bytes) -> (StatusCode, Bytes) {
        METRICS.received_bytes_total.inc_by(value.len() as u64);
        self.with_keys(|keys| keys.insert(key.to_owned(), value));
        (StatusCode::NO_CONTENT, Bytes::new())
    }

    fn get(&self, key: &str) -> (StatusCode, Bytes) {
        match self.with_keys(|keys| keys.get(key).cloned()) {
            Some(value) => (StatusCode::OK, value),
            None => (StatusCode::NOT_FOUND, Bytes::new()),
        }
    }

    fn delete(&self, key: &str) -> (StatusCode, Bytes) {
        match self.with_keys(|keys| keys.remove(key)) {
            Some(_) => (StatusCode::NO_CONTENT, Bytes::new()),
            None => (StatusCode::NOT_FOUND, Bytes::new()),
        }
    }

    fn with_keys<R>(&self, access: impl FnOnce(&mut HashMap<String, Bytes>) -> R) -> R {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = access(&mut keys);
        METRICS.keys.set(keys.len() as i64);
        result
    }
}
