//! The name that was meant.
//!
//! The distance between two names is quadratic in their length, and a catalogue may have ten thousand. How often each has which
//! letter is a lower bound of it that costs next to nothing: the candidate whose bound is lowest comes first, and most of the others
//! are out of the question then.

/// The candidate that is most like `name`, if one is alike at all.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let with_letters = |candidate| (candidate, Letters::of(candidate));
    nearest_of(name, candidates.into_iter().map(with_letters))
}

/// As [`nearest`], where the letters of the candidates were counted before.
pub(crate) fn nearest_of<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = (&'a str, Letters)>,
) -> Option<&'a str> {
    let mut most = (name.len() / 3).max(1);
    let letters = Letters::of(name);
    let alike: Vec<(usize, &str)> = candidates
        .into_iter()
        .map(|(candidate, others)| (letters.distance_at_least(&others), candidate))
        .filter(|(bound, _)| *bound <= most)
        .collect();
    let first = alike.iter().min_by_key(|(bound, _)| *bound);
    let mut best = None;
    for (bound, candidate) in first.into_iter().chain(&alike) {
        if *bound > most {
            continue;
        }
        let distance = strsim::osa_distance(name, candidate);
        if distance <= most && best.is_none_or(|found| (distance, *candidate) < found) {
            best = Some((distance, *candidate));
            most = distance;
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How often a name has each letter.
#[derive(Clone, Copy)]
pub(crate) struct Letters {
    counts: [u8; LETTERS],
    sum: u32,
}

/// Small letters have a place each, other characters share them: that makes the bound lower, and not wrong.
const LETTERS: usize = 32;

impl Letters {
    pub(crate) fn of(name: &str) -> Self {
        let mut counts = [0_u8; LETTERS];
        for letter in name.chars() {
            let count = &mut counts[letter as usize % LETTERS];
            *count = count.saturating_add(1);
        }
        let sum = counts.iter().copied().map(u32::from).sum();
        Self { counts, sum }
    }

    /// What one has more of and what the other has more of, whichever is more: an edit adds a letter, takes one away, or both.
    fn distance_at_least(&self, other: &Self) -> usize {
        let pairs = self.counts.iter().zip(&other.counts);
        let both: u32 = pairs
            .map(|(own, others)| u32::from(own.abs_diff(*others)))
            .sum();
        (both + self.sum.abs_diff(other.sum)) as usize / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike() {
        let names = [
            "app_requests_total",
            "app_request_total",
            "app_errors_total",
            "é\u{1f980}",
        ];
        for (name, expected) in [
            ("app_request_totl", Some("app_request_total")),
            ("app_requets_total", Some("app_request_total")),
            ("app_erros_total", Some("app_errors_total")),
            ("é\u{1f981}", Some("é\u{1f980}")),
            ("node_cpu", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
    }

    #[test]
    fn the_bound_is_never_above_the_distance() {
        let names = ["abc", "acb", "abcabc", "xyz", "", "été", "a_1", "a_2b"];
        for (a, b) in names.iter().flat_map(|a| names.map(|b| (*a, b))) {
            let bound = Letters::of(a).distance_at_least(&Letters::of(b));
            assert!(bound <= strsim::osa_distance(a, b), "{a} {b}");
        }
    }
}
