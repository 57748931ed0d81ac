//! What is wrong in a body is reported in the body.

use metricset::instrument_metric;

#[instrument_metric]
fn mismatched(x: u8) -> String {
    x
}

#[instrument_metric]
async fn mismatched_async(x: u8) -> Result<String, std::num::ParseIntError> {
    if x == 0 {
        return x;
    }
    "1".parse::<u8>()?;
    Ok(x)
}

#[instrument_metric]
fn no_question_mark(x: &str) -> u8 {
    x.parse::<u8>()?
}

#[instrument_metric]
fn returns_a_local() -> &'static str {
    let text = String::new();
    &text
}

#[instrument_metric]
fn moves_what_is_borrowed(text: &String) -> String {
    *text
}

fn main() {
    mismatched(1);
    drop(mismatched_async(1));
    no_question_mark("1");
    returns_a_local();
    moves_what_is_borrowed(&String::new());
}
