//! The client of the HTTP API.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::time::interval;

use super::{DEAF, Failure, NEWS, ROOMS, connect};
use crate::server::Server;

const TICK: Duration = Duration::from_millis(100);
/// In each event.
const PAYLOAD: usize = 1024;

/// Publishes for as long as the server answers.
pub(super) async fn run(server: Arc<Server>, app: String) -> Result<(), Failure> {
    let (mut client, connection) = handshake(TokioIo::new(connect(server))).await?;
    tokio::spawn(connection);
    let mut ticks = interval(TICK);
    for round in 0_u32.. {
        ticks.tick().await;
        let room = format!("room-{}", round % ROOMS);
        let mut channels = vec![room.as_str(), DEAF];
        if round.is_multiple_of(ROOMS) {
            channels.push(NEWS);
        }
        let event = json!({ "name": "tick", "channels": channels, "data": "x".repeat(PAYLOAD) });
        let publish = Request::post(format!("/apps/{app}/events"))
            .header(HOST, "localhost")
            .body(Full::new(Bytes::from(event.to_string())))?;
        let list = Request::get(format!("/apps/{app}/channels"))
            .header(HOST, "localhost")
            .body(Full::default())?;
        let requests = [Some(publish), round.is_multiple_of(ROOMS).then_some(list)];
        for request in requests.into_iter().flatten() {
            client.ready().await?;
            let response = client.send_request(request).await?;
            response.into_body().collect().await?;
        }
    }
    Ok(())
}
