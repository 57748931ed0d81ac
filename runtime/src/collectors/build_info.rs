//! What is running: version, revision, compiler.

/// Declares the family `<prefix>_build_info` in the crate that calls it, and sets it. A statement, for `main`.
///
/// | label | value |
/// |---|---|
/// | `version` | of the calling crate |
/// | `revision` | what `revision = …` says, an expression of type `&str`; empty without it |
/// | `rustc` | the compiler's version |
///
/// The set is linked as every other one: the catalogue of the binary has it, and a prefix that no name can begin with does not
/// compile. A revision needs no build script: `option_env!` reads what the build's environment says.
///
/// ```
/// use metricset::Registry;
/// use metricset::encode::{Format, encode};
///
/// metricset::build_info!("relay", revision = option_env!("GIT_REVISION").unwrap_or_default());
///
/// let mut exposition = String::new();
/// encode(&Registry::linked()?, Format::PrometheusText, &mut exposition);
/// assert!(exposition.contains("\nrelay_build_info{version=\""));
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[macro_export]
macro_rules! build_info {
    ($prefix:tt $(,)?) => {
        $crate::build_info!($prefix, revision = "")
    };
    ($prefix:tt, revision = $revision:expr $(,)?) => {{
        #[derive($crate::LabelSet)]
        #[label(crate = $crate)]
        struct Build<'a> {
            version: &'a ::core::primitive::str,
            revision: &'a ::core::primitive::str,
            rustc: &'a ::core::primitive::str,
        }

        /// The program.
        #[derive($crate::MetricSet)]
        #[metrics(prefix = $prefix, crate = $crate)]
        struct Program {
            /// What is running: its version, the revision of its source, and the compiler.
            build_info: $crate::Info<Build<'static>>,
        }

        Program::global().build_info.set(Build {
            version: ::core::env!("CARGO_PKG_VERSION"),
            revision: $revision,
            rustc: $crate::__private::RUSTC,
        });
    }};
    ($($other:tt)*) => {
        ::core::compile_error!("`build_info!` takes a prefix and a revision: write `build_info!(\"app\", revision = \"...\")`")
    };
}
