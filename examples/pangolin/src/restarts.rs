//! How often this program was started before.

use std::error::Error;
use std::path::Path;
use std::{fs, io};

/// Counts this start in the file, and tells how many there were before; none if nobody counts.
pub(crate) fn count(state: Option<&Path>) -> Result<u64, Box<dyn Error + Send + Sync>> {
    let Some(path) = state else {
        return Ok(0);
    };
    let failed = |error: &dyn Error| format!("cannot count starts in {}: {error}", path.display());
    let starts = match fs::read_to_string(path) {
        Ok(text) => text.trim_end().parse().map_err(|error| failed(&error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(failed(&error).into()),
    };
    fs::write(path, format!("{}\n", starts + 1)).map_err(|error| failed(&error))?;
    Ok(starts)
}
