//! Histogram bucket bounds: rules, generators and presets.

/// What is wrong with bucket bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BucketError {
    /// No bound at all: everything would fall into `+Inf`.
    Empty,
    /// NaN or infinite; `+Inf` is always there and is not written.
    NotFinite {
        /// Which bound, from 0.
        at: usize,
    },
    /// Not greater than the one before it.
    NotIncreasing {
        /// Which bound, from 0.
        at: usize,
    },
}

impl BucketError {
    /// The rule that was broken.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Empty => "bucket bounds must not be empty: write at least one",
            Self::NotFinite { .. } => {
                "bucket bounds must be finite: `+Inf` is added by itself, leave it out"
            }
            Self::NotIncreasing { .. } => {
                "bucket bounds must be strictly increasing: sort them and remove repeated ones"
            }
        }
    }

    /// Index of the guilty bound, from 0.
    #[must_use]
    pub const fn at(self) -> Option<usize> {
        match self {
            Self::Empty => None,
            Self::NotFinite { at } | Self::NotIncreasing { at } => Some(at),
        }
    }
}

impl core::fmt::Display for BucketError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.rule())
    }
}

impl core::error::Error for BucketError {}

/// Checks that bounds are finite and strictly increasing.
///
/// # Errors
/// The first rule that is broken, with the bound's place.
///
/// ```
/// use metricset_model::buckets::{check, BucketError};
/// assert_eq!(check(&[0.1, 1.0]), Ok(()));
/// assert_eq!(check(&[1.0, 1.0]), Err(BucketError::NotIncreasing { at: 1 }));
/// ```
pub const fn check(bounds: &[f64]) -> Result<(), BucketError> {
    if bounds.is_empty() {
        return Err(BucketError::Empty);
    }
    let mut i = 0;
    while i < bounds.len() {
        if !bounds[i].is_finite() {
            return Err(BucketError::NotFinite { at: i });
        }
        if i > 0 && bounds[i] <= bounds[i - 1] {
            return Err(BucketError::NotIncreasing { at: i });
        }
        i += 1;
    }
    Ok(())
}

/// `N` bounds from `start`, each `factor` times the one before.
///
/// # Panics
/// At compile time when used in a declaration: if `start` is not positive or `factor` not greater than 1.
///
/// ```
/// use metricset_model::buckets::exponential;
/// assert_eq!(exponential::<4>(1.0, 2.0), [1.0, 2.0, 4.0, 8.0]);
/// ```
#[must_use]
#[track_caller]
pub const fn exponential<const N: usize>(start: f64, factor: f64) -> [f64; N] {
    assert!(start > 0.0, "exponential buckets must start above 0");
    assert!(
        factor > 1.0,
        "the factor of exponential buckets must be greater than 1"
    );
    let mut bounds = [0.0; N];
    let mut bound = start;
    let mut i = 0;
    while i < N {
        bounds[i] = bound;
        bound *= factor;
        i += 1;
    }
    bounds
}

/// `N` bounds from `start`, each `width` above the one before.
///
/// # Panics
/// At compile time when used in a declaration: if `width` is not positive.
///
/// ```
/// use metricset_model::buckets::linear;
/// assert_eq!(linear::<3>(0.0, 10.0), [0.0, 10.0, 20.0]);
/// ```
#[must_use]
#[track_caller]
pub const fn linear<const N: usize>(start: f64, width: f64) -> [f64; N] {
    assert!(width > 0.0, "the width of linear buckets must be above 0");
    let mut bounds = [0.0; N];
    let mut i = 0;
    while i < N {
        // A product and not a running sum, so that errors do not add up.
        bounds[i] = start + width * i as f64;
        i += 1;
    }
    bounds
}

/// Seconds, for calls within one data centre and HTTP handlers: 1 ms to 10 s. In a declaration: `buckets = "latency"`.
pub const LATENCY: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Seconds, for work inside a process: 1 µs to 1 s. In a declaration: `buckets = "fast_latency"`.
pub const FAST_LATENCY: &[f64] = &[
    0.000_001, 0.000_005, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 1.0,
];

/// Seconds, for jobs and long requests: 0.1 s to 1 h. In a declaration: `buckets = "duration"`.
pub const DURATION: &[f64] = &[
    0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
];

/// Seconds, for functions of any kind: 10 µs to 10 s. What `#[instrument_metric]` counts into unless told otherwise. In a
/// declaration: `buckets = "function"`.
pub const FUNCTION: &[f64] = &[
    0.000_01, 0.000_1, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Bytes, for messages and bodies: 64 B to 16 MiB. In a declaration: `buckets = "size"`.
pub const SIZE: &[f64] = &[
    64.0,
    256.0,
    1024.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];

/// The presets by the name that a declaration writes.
pub const PRESETS: &[(&str, &[f64])] = &[
    ("latency", LATENCY),
    ("fast_latency", FAST_LATENCY),
    ("duration", DURATION),
    ("function", FUNCTION),
    ("size", SIZE),
];
