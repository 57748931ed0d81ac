//! A family that two crates declare stops the program at start-up, with both places named. A test binary of its own: the
//! clash is linked into the whole program.
#![forbid(unsafe_code)]

use metricset::{Counter, MetricSet, RegisterError, Registry};
use metricset_test_dependency as _;

/// Declares what the dependency declares.
#[derive(MetricSet)]
#[metrics(prefix = "dependency")]
#[expect(dead_code, reason = "being declared is enough to clash")]
struct Clashing {
    /// Calls into the dependency, again.
    calls_total: Counter,
}

#[test]
fn a_family_declared_in_two_crates_is_an_error_that_names_both_places() {
    let error = Registry::linked().map(|_| ()).unwrap_err();
    let RegisterError::Duplicate {
        name,
        first,
        second,
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(name, "dependency_calls_total");
    let mut files = [first.file, second.file];
    files.sort_unstable();
    assert!(
        files[0].ends_with("fixtures/dependency/src/lib.rs"),
        "{error}"
    );
    assert!(files[1].ends_with("tests/linked_clash.rs"), "{error}");
    assert!(first.line > 1 && second.line > 1, "{error}");
    let text = error.to_string();
    assert!(
        text.contains(&format!("{}:{}", first.file, first.line)),
        "{text}"
    );
    assert!(text.ends_with(": rename one"), "{text}");
}
