//! Messages for a word that is none of the accepted ones: an attribute's key, a key of a configuration.

/// What to write in place of a word that is not accepted: the word that differs from it in at most a third of its letters, if
/// there is one, and the others.
///
/// ```
/// use metricset_model::nearest::instead;
///
/// assert_eq!(instead("prot", &["host", "port"]), "write `port`, or another of `host`");
/// assert_eq!(instead("colour", &["host", "port"]), "write one of `host`, `port`");
/// ```
#[must_use]
pub fn instead(found: &str, accepted: &[&str]) -> String {
    let quoted = |words: &mut dyn Iterator<Item = &&str>| {
        let mut text = String::new();
        for word in words {
            let separator = if text.is_empty() { "" } else { ", " };
            text += &format!("{separator}`{word}`");
        }
        text
    };
    match nearest(found, accepted) {
        Some(near) => {
            let others = quoted(&mut accepted.iter().filter(|word| **word != near));
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(", or another of {others}")
            };
            format!("write `{near}`{others}")
        }
        None => match accepted {
            [only] => format!("there is only `{only}`"),
            _ => format!("write one of {}", quoted(&mut accepted.iter())),
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

/// Letters added, taken away, replaced or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let fewest = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    fewest.min(table[i - 2][j - 2] + 1)
                } else {
                    fewest
                }
            };
        }
    }
    table[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, instead};

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
        assert_eq!(distance("prot", "port"), 1);
    }

    #[test]
    fn proposes_only_what_is_near() {
        assert_eq!(
            instead("bucket", &["buckets", "help"]),
            "write `buckets`, or another of `help`"
        );
        assert_eq!(
            instead("colour", &["buckets", "help"]),
            "write one of `buckets`, `help`"
        );
        assert_eq!(instead("crat", &["crate"]), "write `crate`");
        assert_eq!(instead("path", &["crate"]), "there is only `crate`");
    }
}
