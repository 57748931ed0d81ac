//! Whole `impl` blocks.

use std::fmt::{self, Display};

use metricset::instrument_metric;

use crate::observed::{Calls, block_on, calls, suspend};

const ONE: Calls = Calls {
    ok: 1,
    ..Calls::NONE
};

struct Peer<T> {
    name: T,
}

#[instrument_metric]
impl<T: Display> Peer<T> {
    const LIMIT: usize = { 8 };

    fn new(name: T) -> Self {
        Self { name }
    }

    /// Documented.
    pub(self) async fn dial(&self) -> Result<String, String> {
        suspend().await;
        let name = self.name.to_string();
        if name.len() > Self::LIMIT {
            Err(name)
        } else {
            Ok(name)
        }
    }

    #[instrument_metric(skip)]
    const fn limit() -> usize {
        Self::LIMIT
    }

    #[instrument_metric(error_if = |len| *len == 0)]
    fn len(&self) -> usize {
        self.name.to_string().len()
    }
}

#[instrument_metric]
impl<T: Display> Display for Peer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.name)
    }
}

struct Server;

#[instrument_metric]
impl Server {
    fn len(&self) -> usize {
        0
    }
}

#[test]
fn methods_carry_the_name_of_their_type() {
    let peer = Peer::new("a");
    assert_eq!(block_on(peer.dial()).unwrap(), "a");
    assert!(block_on(Peer::new("much too long").dial()).is_err());
    assert_eq!(peer.to_string(), "<a>");
    assert_eq!(Peer::<u8>::limit(), 8);
    assert_eq!([peer.len(), Peer::new("").len(), Server.len()], [1, 0, 0]);
    assert_eq!(
        calls!("Peer::new"),
        Calls {
            ok: 3,
            ..Calls::NONE
        }
    );
    assert_eq!(
        calls!("Peer::dial"),
        Calls {
            ok: 1,
            error: 1,
            ..Calls::NONE
        }
    );
    assert_eq!(calls!("Peer::fmt"), ONE);
    assert_eq!(
        calls!("Peer::len"),
        Calls {
            ok: 1,
            error: 1,
            ..Calls::NONE
        }
    );
    assert_eq!(calls!("Server::len"), ONE);
    assert!(!crate::observed::exposition().contains("Peer::limit"));
}

struct One;
struct Other;

impl One {
    #[instrument_metric]
    fn same_name(&self) {}
}

impl Other {
    #[instrument_metric]
    fn same_name(&self) {}
}

#[test]
fn equal_names_in_one_module_are_one_series() {
    One.same_name();
    Other.same_name();
    // That there is one series only is asserted in there.
    assert_eq!(
        calls!("same_name"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
}
