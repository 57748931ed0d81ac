//! Messages for a word that is none of the accepted ones.

/// "unknown key `bucket`: write `buckets`, or another of `help`, `name`".
pub(crate) fn unknown(what: &str, found: &str, accepted: &[&str]) -> String {
    let quoted = |words: &mut dyn Iterator<Item = &&str>| {
        let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
        words.join(", ")
    };
    match nearest(found, accepted) {
        Some(near) => {
            let others = quoted(&mut accepted.iter().filter(|word| **word != near));
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(", or another of {others}")
            };
            format!("unknown {what} `{found}`: write `{near}`{others}")
        }
        None => match accepted {
            [only] => format!("unknown {what} `{found}`: there is only `{only}`"),
            _ => format!(
                "unknown {what} `{found}`: write one of {}",
                quoted(&mut accepted.iter())
            ),
        },
    }
}

/// The accepted word that differs from `found` in at most a third of its letters.
fn nearest<'a>(found: &str, accepted: &[&'a str]) -> Option<&'a str> {
    accepted
        .iter()
        .map(|word| (distance(found, word), *word))
        .filter(|(distance, word)| distance * 3 <= word.len().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, unknown};

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn proposes_only_what_is_near() {
        assert_eq!(
            unknown("key", "bucket", &["buckets", "help"]),
            "unknown key `bucket`: write `buckets`, or another of `help`"
        );
        assert_eq!(
            unknown("key", "colour", &["buckets", "help"]),
            "unknown key `colour`: write one of `buckets`, `help`"
        );
        assert_eq!(
            unknown("key", "crat", &["crate"]),
            "unknown key `crat`: write `crate`"
        );
    }
}
