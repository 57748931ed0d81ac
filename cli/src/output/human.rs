//! Findings as a compiler draws them.

use std::io::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use metricset_checks::{Finding, Severity, Source};

pub(super) fn write(
    out: &mut impl Write,
    found: &[Finding],
    sources: &[Source],
) -> anyhow::Result<()> {
    let renderer = Renderer::styled();
    for finding in found {
        let on_disk = declaration(finding);
        let source = sources
            .iter()
            .find(|source| source.path == finding.place.path)
            .or(on_disk.as_ref());
        let report = report(finding, source);
        writeln!(out, "{}\n", renderer.render(&report))?;
    }
    Ok(())
}

/// The file of a declaration, if it is here: a binary may come from elsewhere.
fn declaration(finding: &Finding) -> Option<Source> {
    let path = &finding.place.path;
    if finding.place.span.is_some() || path.is_empty() {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    Some(Source::new(path.clone(), text))
}

fn report<'a>(finding: &'a Finding, source: Option<&'a Source>) -> Vec<Group<'a>> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(finding.message.as_str())
        .id(finding.check.name);
    let place = &finding.place;
    let span = source.and_then(|source| {
        place
            .span
            .clone()
            .or_else(|| line_span(&source.text, place.line))
            .filter(|span| source.text.get(span.clone()).is_some())
    });
    let main = match (source, &span) {
        (Some(source), Some(span)) => {
            let beside = fits_beside(source, span);
            let annotation = AnnotationKind::Primary.span(span.clone());
            // The line of a declaration says what it is.
            let item = place.span.as_ref().map(|_| place.item.as_str());
            let snippet = Snippet::source(source.text.as_str())
                .path(source.path.as_str())
                .annotation(annotation.label(item.filter(|_| beside)));
            let main = title.element(snippet);
            match item {
                Some(item) if !beside => main.element(Level::NOTE.message(format!("in {item}"))),
                _ => main,
            }
        }
        _ if place.path.is_empty() => Group::with_title(title),
        _ => title.element(Origin::path(place.path.as_str()).line(place.line as usize)),
    };
    let Some(fix) = &finding.fix else {
        return vec![main];
    };
    let help = Level::HELP.secondary_title(fix.message.as_str());
    let patched = match (&fix.replace, source) {
        (Some((span, by)), Some(source)) if is_one_line(source, span) => help.element(
            Snippet::source(source.text.as_str())
                .path(source.path.as_str())
                .patch(Patch::new(span.clone(), by.as_str())),
        ),
        (Some((_, by)), _) => {
            let message = format!("{}: `{by}`", fix.message);
            return vec![main.element(Level::HELP.message(message))];
        }
        (None, _) => return vec![main.element(Level::HELP.message(fix.message.as_str()))],
    };
    vec![main, patched]
}

/// Whether there is room for a few words behind the marker.
fn fits_beside(source: &Source, span: &Range<usize>) -> bool {
    let (_, column) = source.line_column(span.end);
    is_one_line(source, span) && column < 60
}

fn is_one_line(source: &Source, span: &Range<usize>) -> bool {
    source
        .text
        .get(span.clone())
        .is_some_and(|piece| !piece.contains('\n'))
}

/// What stands on a line, without its indentation.
fn line_span(text: &str, line: u32) -> Option<Range<usize>> {
    let mut start = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number + 1 == line as usize {
            let indent = content.len() - content.trim_start().len();
            return Some(start + indent..start + content.trim_end().len());
        }
        start += content.len();
    }
    None
}
