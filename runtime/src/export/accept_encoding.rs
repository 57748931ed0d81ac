//! Which content coding a request asks for (RFC 9110, "Accept-Encoding").

use hyper::HeaderMap;
use hyper::header::ACCEPT_ENCODING;

/// Whether the client prefers gzip over a body that is sent as it is.
///
/// Gzip must be named, by its name or by `*`, with a weight above zero and not below what `identity` was given. A client
/// that refuses everything gets the body as it is, which the RFC leaves to the server.
pub(super) fn prefers_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut identity, mut any) = (None, None, None);
    for line in headers.get_all(ACCEPT_ENCODING) {
        // What is not ASCII names no coding that we know.
        for item in line.to_str().unwrap_or_default().split(',') {
            let (coding, weight) = weighted(item);
            let slot = match coding.to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => &mut gzip,
                "identity" => &mut identity,
                "*" => &mut any,
                _ => continue,
            };
            *slot = weight.max(*slot);
        }
    }
    let gzip = gzip.or(any).unwrap_or(0);
    gzip > 0 && gzip >= identity.unwrap_or(0)
}

/// A coding and its weight in thousandths; `None` for a weight that cannot be read, which asks for nothing.
fn weighted(item: &str) -> (&str, Option<u16>) {
    let mut parts = item.split(';').map(str::trim);
    let coding = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| {
        part.split_once('=')
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
    });
    let weight = match quality {
        None => Some(1000),
        Some((_, weight)) => weight
            .trim()
            .parse::<f32>()
            .ok()
            .filter(|weight| (0.0..=1.0).contains(weight))
            .map(|weight| (weight * 1000.0).round() as u16),
    };
    (coding, weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefers(lines: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, line.parse().unwrap());
        }
        prefers_gzip(&headers)
    }

    #[test]
    fn asked_for() {
        for accept in [
            "gzip",
            "GZIP",
            "x-gzip",
            "*",
            "deflate, gzip, br, zstd",
            "gzip;q=0.001",
            "br;q=1.0, gzip ; q=0.5",
            "gzip;q=0.5, identity;q=0.5",
            "*;q=0.5, identity;q=0.1",
            "identity;q=0, *",
        ] {
            assert!(prefers(&[accept]), "{accept}");
        }
        assert!(prefers(&["br", "gzip"]));
    }

    #[test]
    fn not_asked_for() {
        assert!(!prefers(&[]));
        for accept in [
            "",
            "identity",
            "br, deflate",
            "gzip;q=0",
            "gzip;q=0.000",
            "*;q=0",
            "gzip;q=0, *;q=1",
            "gzip;q=0.5, identity;q=0.8",
            "gzip;q=2",
            "gzip;q=-1",
            "gzip;q=NaN",
            "gzip;q=",
            "gzipped",
        ] {
            assert!(!prefers(&[accept]), "{accept}");
        }
    }
}
