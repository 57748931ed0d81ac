//! Sessions: who may start one, and how it ends.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::database::Database;
use crate::metrics::{
    Attempt, AuthFailure, AuthMethod, ByResult, Failure, Issued, METRICS, Outcome, Revocation,
    Revoked,
};

/// A session that nobody refreshes ends after this.
const LIFETIME: Duration = Duration::from_secs(600);

pub(crate) struct Session {
    /// How it was started: with a password at the user interface, or with a key by a program.
    pub(crate) started_with: AuthMethod,
    issued: Instant,
}

pub(crate) struct Auth {
    pub(crate) users: BTreeMap<String, String>,
    pub(crate) api_key: Option<String>,
    pub(crate) database: Arc<Database>,
}

impl Auth {
    /// A token for the user and password in `user:password`.
    pub(crate) async fn log_in(&self, login: &str) -> Result<String, AuthFailure> {
        let is_right = login
            .split_once(':')
            .is_some_and(|(user, password)| self.users.get(user).is_some_and(|is| is == password));
        if !is_right {
            return Err(failed(AuthFailure::WrongPassword));
        }
        Ok(self.issue(AuthMethod::Password, AuthMethod::Password).await)
    }

    /// A token for a program that knows the key.
    pub(crate) async fn issue_to_program(&self, key: Option<&str>) -> Result<String, AuthFailure> {
        self.check_key(key)?;
        Ok(self.issue(AuthMethod::ApiKey, AuthMethod::ApiKey).await)
    }

    pub(crate) fn check_key(&self, key: Option<&str>) -> Result<(), AuthFailure> {
        match key.is_some() && key == self.api_key.as_deref() {
            true => Ok(()),
            false => Err(failed(AuthFailure::WrongKey)),
        }
    }

    /// The token, if it is that of a session.
    pub(crate) async fn check<'a>(&self, token: Option<&'a str>) -> Result<&'a str, AuthFailure> {
        let _duration = METRICS.auth.auth_request_duration_seconds.start_timer();
        let token = token.ok_or_else(|| failed(AuthFailure::NoToken))?;
        match self
            .database
            .query(|sessions| sessions.contains_key(token))
            .await
        {
            true => Ok(token),
            false => Err(failed(AuthFailure::UnknownToken)),
        }
    }

    /// The same on the way to a resource of a site.
    pub(crate) async fn admit(
        &self,
        site_id: &str,
        token: Option<&str>,
    ) -> Result<(), AuthFailure> {
        let checked = self.check(token).await;
        let attempt = Attempt {
            site_id,
            auth_method: AuthMethod::Token,
            result: Outcome::of(&checked),
        };
        METRICS.auth.auth_requests_total.with(attempt).inc();
        checked.map(drop)
    }

    pub(crate) async fn log_out(&self, token: &str) -> bool {
        self.revoke(token, Revocation::Logout).await.is_some()
    }

    /// A new token in place of this one.
    pub(crate) async fn refresh(&self, token: &str) -> Result<String, AuthFailure> {
        let refreshed = match self.revoke(token, Revocation::Refreshed).await {
            Some(session) => Ok(self.issue(AuthMethod::Token, session.started_with).await),
            None => Err(failed(AuthFailure::UnknownToken)),
        };
        let result = Outcome::of(&refreshed);
        METRICS
            .auth
            .token_refresh_total
            .with(ByResult { result })
            .inc();
        refreshed
    }

    /// Ends the sessions that are too old.
    pub(crate) async fn expire(&self) {
        let expired = |sessions: &mut HashMap<String, Session>| {
            let before = sessions.len();
            sessions.retain(|_, session| session.issued.elapsed() < LIFETIME);
            before - sessions.len()
        };
        let ended = self.database.query(expired).await;
        let reason = Revocation::Expired;
        METRICS
            .auth
            .token_revoked_total
            .with(Revoked { reason })
            .inc_by(ended as u64);
    }

    async fn issue(&self, auth_method: AuthMethod, started_with: AuthMethod) -> String {
        // As hard to guess as the seed of a hash map: enough for an example, and not for more.
        let token = format!("{:016x}", RandomState::new().hash_one(Instant::now()));
        let session = Session {
            started_with,
            issued: Instant::now(),
        };
        self.database
            .query(|sessions| sessions.insert(token.clone(), session))
            .await;
        METRICS
            .auth
            .token_issued_total
            .with(Issued { auth_method })
            .inc();
        token
    }

    async fn revoke(&self, token: &str, reason: Revocation) -> Option<Session> {
        let session = self
            .database
            .query(|sessions| sessions.remove(token))
            .await?;
        METRICS
            .auth
            .token_revoked_total
            .with(Revoked { reason })
            .inc();
        Some(session)
    }
}

fn failed(reason: AuthFailure) -> AuthFailure {
    METRICS
        .auth
        .auth_failure_reasons_total
        .with(Failure { reason })
        .inc();
    reason
}
