//! Bounds and quantiles as text, kept from one series to the next.

use metricset_model::number::canonical;

use crate::labels::piece::Piece;

/// Bounds of histograms and quantiles of summaries as text. Programs have few different ones.
#[derive(Default)]
pub(super) struct Bounds {
    known: Vec<(Vec<f64>, Vec<Piece>)>,
    /// Which the last series had: nearly always the next one has the same.
    last: usize,
}

/// A program that has more pays for rendering them again.
const MOST_BOUNDS: usize = 64;

impl Bounds {
    /// What follows the opening quote, `+Inf` last: `0.1"} `.
    pub(super) fn ends(&mut self, values: &[f64]) -> &[Piece] {
        let is_known = |(known, _): &(Vec<f64>, _)| are_same(known, values);
        if !self.known.get(self.last).is_some_and(is_known) {
            let at = self.known.iter().position(is_known);
            self.last = at.unwrap_or_else(|| self.render(values));
        }
        &self.known[self.last].1
    }

    fn render(&mut self, values: &[f64]) -> usize {
        if self.known.len() == MOST_BOUNDS {
            self.known.clear();
        }
        let end = |bound| Piece::new(format!("{}\"}} ", canonical(bound)));
        let mut ends = Vec::new();
        for bound in values {
            ends.push(end(*bound));
        }
        ends.push(end(f64::INFINITY));
        self.known.push((values.to_vec(), ends));
        self.known.len() - 1
    }
}

/// Bit by bit and without a branch for each number, since every histogram is asked.
fn are_same(known: &[f64], values: &[f64]) -> bool {
    let pairs = known.iter().zip(values);
    let difference = pairs.fold(0, |bits, (a, b)| bits | (a.to_bits() ^ b.to_bits()));
    known.len() == values.len() && difference == 0
}
