//! Requests to oneself, so that the numbers move: to the resources, and to the server's own pages.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HOST};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::{MissedTickBehavior, interval};

use crate::config::Config;
use crate::http::call;

/// Between two requests.
const PAUSE: Duration = Duration::from_millis(20);

/// What it takes to come in.
pub(crate) struct Credentials {
    login: String,
    api_key: String,
}

impl Credentials {
    /// Those of the first user; if there is none, everybody is refused.
    pub(crate) fn of(config: &Config) -> Self {
        let user = config.users.first_key_value();
        Self {
            login: user.map_or_else(String::new, |(name, password)| format!("{name}:{password}")),
            api_key: config.api_key.clone().unwrap_or_default(),
        }
    }
}

struct Client {
    server: SocketAddr,
    token: Option<String>,
    api_key: String,
}

/// Does what users and programs do, in turn, for as long as the server answers.
pub(crate) async fn run(
    server: SocketAddr,
    Credentials { login, api_key }: Credentials,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut client = Client {
        server,
        token: None,
        api_key,
    };
    let mut pause = interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for n in 0_usize.. {
        pause.tick().await;
        // Sites that come and go. Traefik would not take the names of their resources.
        let visitor = format!("s-visitor-{}", n / 100);
        match n % 100 {
            0 => client.log_in("/ui/login", &login).await?,
            10 => drop(client.send(Method::POST, "/ui/login", "ada:guess").await?),
            20 => drop(client.send(Method::GET, "/ui/sites", "").await?),
            30 => drop(client.send(Method::GET, "/v1/sites", "").await?),
            35 => drop(client.send(Method::POST, "/ui/reload", "").await?),
            40 => {
                let site =
                    format!("{{id: {visitor}, region: eu, resources: [{{id: visitor_page}}]}}");
                client.send(Method::POST, "/ui/sites", &site).await?;
            }
            50 => client.log_in("/ui/refresh", "").await?,
            70 => drop(client.send(Method::POST, "/v1/tokens", "").await?),
            80 => {
                let path = format!("/ui/sites/{visitor}");
                client.send(Method::DELETE, &path, "").await?;
            }
            90 => {
                client.send(Method::POST, "/ui/logout", "").await?;
                client.token = None;
            }
            other if other % 3 == 0 => drop(client.send(Method::GET, "/wiki/page", "").await?),
            other => {
                let body = "x".repeat(other * 40);
                drop(client.send(Method::POST, "/api/echo", &body).await?);
            }
        }
    }
    Ok(())
}

impl Client {
    async fn log_in(&mut self, path: &str, body: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let response = self.send(Method::POST, path, body).await?;
        if response.status() == StatusCode::OK {
            self.token = Some(String::from_utf8_lossy(response.body()).into_owned());
        }
        Ok(())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &str,
    ) -> Result<Response<Bytes>, Box<dyn Error + Send + Sync>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.server.to_string())
            .header("x-api-key", &self.api_key);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Bytes::from(body.to_owned()))?;
        call(self.server, request)
            .await
            .map_err(|error| format!("the proxy does not answer: {error:?}").into())
    }
}
