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
    let near = nearest(found, accepted);
    let words = quoted(accepted, near);
    match near {
        Some(near) if words.is_empty() => format!("write `{near}`"),
        Some(near) => format!("write `{near}`, or another of {words}"),
        None if accepted.len() == 1 => format!("there is only {words}"),
        None => format!("write one of {words}"),
    }
}

/// The words but for one, in backticks.
fn quoted(words: &[&str], without: Option<&str>) -> String {
    let mut text = String::new();
    for word in words {
        if without != Some(word) {
            let separator = if text.is_empty() { "" } else { ", " };
            text += &format!("{separator}`{word}`");
        }
    }
    text
}

/// The accepted word that differs from `found` in at most a third of its letters.
fn nearest<'a>(found: &str, accepted: &[&'a str]) -> Option<&'a str> {
    let mut nearest = None;
    let mut least = usize::MAX;
    for word in accepted {
        let distance = distance(found, word);
        if distance * 3 <= word.len().max(3) && distance < least {
            nearest = Some(*word);
            least = distance;
        }
    }
    nearest
}

/// Letters added, taken away, replaced or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    // For the letters of `a` so far, the distance to each start of `b`; and the same for one letter less.
    let mut row = vec![0];
    for _ in b.chars() {
        row.push(row.len());
    }
    let mut row_before = Vec::new();
    let mut x_before = None;
    for x in a.chars() {
        let mut next = vec![row[0] + 1];
        let mut y_before = None;
        for y in b.chars() {
            let j = next.len();
            let replaced = row[j - 1] + usize::from(x != y);
            let mut fewest = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            if x_before == Some(y) && y_before == Some(x) {
                fewest = fewest.min(row_before[j - 2] + 1);
            }
            next.push(fewest);
            y_before = Some(y);
        }
        x_before = Some(x);
        row_before = row;
        row = next;
    }
    row[row.len() - 1]
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
