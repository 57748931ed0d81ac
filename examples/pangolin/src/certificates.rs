//! Certificates and their renewal.
//!
//! No certificate authority listens on loopback: these have a domain and an end, and a renewal only moves the end.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::metrics::{CertificateEvent, EventType, METRICS};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A certificate that has less than this left is renewed.
const RENEWAL: Duration = DAY.saturating_mul(30);
/// How long one from the authority lasts.
const LIFETIME: Duration = DAY.saturating_mul(90);

pub(crate) struct Certificate {
    pub(crate) domain: &'static str,
    /// Whether it came from the authority, and not from a file.
    pub(crate) is_acme: bool,
    expires: Instant,
}

impl Certificate {
    pub(crate) fn days_left(&self) -> f64 {
        self.left().as_secs_f64() / DAY.as_secs_f64()
    }

    fn left(&self) -> Duration {
        self.expires.saturating_duration_since(Instant::now())
    }
}

pub(crate) struct Certificates(Mutex<Vec<Certificate>>);

impl Certificates {
    /// One that is due for renewal, and one from a file.
    pub(crate) fn new() -> Self {
        let certificate = |domain, is_acme, lasts| Certificate {
            domain,
            is_acme,
            expires: Instant::now() + lasts,
        };
        Self(Mutex::new(vec![
            certificate("*.pangolin.example", true, RENEWAL),
            certificate("dashboard.pangolin.example", false, DAY * 365),
        ]))
    }

    /// Renews what is due.
    pub(crate) fn renew(&self) {
        self.each(|certificate| {
            if certificate.is_acme && certificate.left() < RENEWAL {
                certificate.count(EventType::Ordered);
                certificate.expires = Instant::now() + LIFETIME;
                certificate.count(EventType::Renewed);
            }
        });
    }

    pub(crate) fn each(&self, look: impl FnMut(&mut Certificate)) {
        let mut certificates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        certificates.iter_mut().for_each(look);
    }
}

impl Certificate {
    fn count(&self, event_type: EventType) {
        let event = CertificateEvent {
            domain: self.domain,
            event_type,
        };
        METRICS.acme.acme_cert_events_total.with(event).inc();
    }
}
