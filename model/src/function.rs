//! Instrumented functions as constant data.

use crate::descriptor::Location;

/// One function with `#[instrument_metric]`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FunctionDescriptor {
    /// Its name, behind the name of its type where a whole `impl` block is instrumented: `Peer::dial`.
    pub name: &'static str,
    /// Crate that declares it.
    pub crate_name: &'static str,
    /// Module path of the declaration.
    pub module: &'static str,
    /// What it should achieve.
    pub objective: Option<Objective>,
    /// Where it is declared.
    pub location: Location,
}

impl FunctionDescriptor {
    /// A function without an objective.
    #[must_use]
    #[inline]
    pub const fn new(
        name: &'static str,
        crate_name: &'static str,
        module: &'static str,
        location: Location,
    ) -> Self {
        Self {
            name,
            crate_name,
            module,
            objective: None,
            location,
        }
    }

    /// Sets the objective.
    #[must_use]
    #[inline]
    pub const fn with_objective(mut self, objective: Objective) -> Self {
        self.objective = Some(objective);
        self
    }
}

/// What a function should achieve: the input of alerting rules.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Objective {
    /// Percentage of calls whose outcome is `ok`.
    pub success: Option<f64>,
    /// Percentage of calls that take at most so many seconds.
    pub latency: Option<LatencyObjective>,
}

/// A percentage of calls, and the time that they take at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyObjective {
    /// In seconds: one of the bucket bounds, so that the calls within it can be counted.
    pub seconds: f64,
    /// Percentage of calls.
    pub percent: f64,
}

impl Objective {
    /// An objective; `latency` is a pair of seconds and percentage.
    #[must_use]
    #[inline]
    pub const fn new(success: Option<f64>, latency: Option<(f64, f64)>) -> Self {
        Self {
            success,
            latency: match latency {
                Some((seconds, percent)) => Some(LatencyObjective { seconds, percent }),
                None => None,
            },
        }
    }
}
