//! Results as Markdown: a short table for the README, and everybody's numbers for the documentation. `xtask` compiles this file
//! too, since it writes the tables and checks them.

use std::fmt::Write as _;

use crate::results::{Answer, Machine, Question, Results, Role};

/// What the table of a file stands between.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// Each question in one line: ours, the best peer, the best floor, and what ours is of both.
#[must_use]
pub fn summary(results: &Results) -> String {
    let mut table = String::from(
        "| | metricset | best peer | of the peer | floor | of the floor |\n|---|---|---|---|---|---|\n",
    );
    for question in &results.questions {
        let Some(ours) = question.answers.iter().find(|one| one.role == Role::Ours) else {
            continue;
        };
        let columns = columns(question);
        let peer = Best::of(question, Role::Peer, columns);
        let floor = Best::of(question, Role::Floor, columns);
        line(
            &mut table,
            &[
                &title(question, columns),
                &format!("**{}**", numbers(&ours.numbers[..columns])),
                &peer.text(),
                &peer.ratios(ours),
                &floor.text(),
                &floor.ratios(ours),
            ],
        );
    }
    table + &origin(results)
}

/// A table for each question, one line for each contender.
#[must_use]
pub fn details(results: &Results) -> String {
    let mut text = origin(results);
    for question in &results.questions {
        let _infallible = write!(text, "\n### {}\n\n", question.title);
        let counted = question
            .answers
            .iter()
            .any(|one| one.instructions.is_some());
        let mut head = vec![question.unit.as_str()];
        head.extend(question.columns.iter().map(String::as_str));
        if counted {
            head.extend(["instructions", "allocations"]);
        }
        line(&mut text, &head);
        line(&mut text, &vec!["---"; head.len()]);
        for answer in &question.answers {
            let mut cells = vec![match answer.role {
                Role::Ours => format!("**{}**", answer.contender),
                Role::Peer => answer.contender.clone(),
                Role::Floor => format!("*{}*", answer.contender),
            }];
            cells.extend(answer.numbers.iter().map(|number| self::number(*number)));
            if counted {
                cells.extend([answer.instructions, answer.allocations].map(number));
            }
            line(&mut text, &cells);
        }
    }
    text
}

/// The smallest number in each column among the contenders of a role, and whose it is.
struct Best<'a>(Vec<Option<(&'a str, f64)>>);

impl<'a> Best<'a> {
    fn of(question: &'a Question, role: Role, columns: usize) -> Self {
        let best = |column: usize| {
            question
                .answers
                .iter()
                .filter(|one| one.role == role)
                .filter_map(|one| {
                    Some((one.contender.as_str(), one.numbers.get(column).copied()??))
                })
                .min_by(|a, b| a.1.total_cmp(&b.1))
        };
        Self((0..columns).map(best).collect())
    }

    /// A name once for the columns in a row where it is the best.
    fn text(&self) -> String {
        if self.0.iter().all(Option::is_none) {
            return String::new();
        }
        let mut text = String::new();
        let mut last = None;
        for best in &self.0 {
            let separator = if text.is_empty() { "" } else { " / " };
            let Some((name, number)) = best else {
                text += separator;
                text.push('–');
                continue;
            };
            text += separator;
            if last.replace(name) != Some(name) {
                text += name;
                text.push(' ');
            }
            text += &self::number(Some(*number));
        }
        text
    }

    fn ratios(&self, ours: &Answer) -> String {
        let ratios: Vec<_> = self
            .0
            .iter()
            .zip(&ours.numbers)
            .map(|(best, ours)| {
                let ((_, best), ours) = (best.as_ref()?, ours.as_ref()?);
                (*best > 0.0).then_some(ours / best)
            })
            .collect();
        if ratios.iter().all(Option::is_none) {
            return String::new();
        }
        ratios
            .into_iter()
            .map(|ratio| ratio.map_or_else(|| String::from("–"), |ratio| format!("{ratio:.2}")))
            .collect::<Vec<_>>()
            .join(" / ")
    }
}

/// How many columns stand in one line: a scraper beside the threads is for those who look closer.
fn columns(question: &Question) -> usize {
    let scraped = |column: &String| column.ends_with("scraper");
    let columns = &question.columns;
    columns.iter().position(scraped).unwrap_or(columns.len())
}

/// What is asked, in which unit, and of what the numbers are if there is more than one.
fn title(question: &Question, columns: usize) -> String {
    let Question { title, unit, .. } = question;
    match &question.columns[..columns] {
        [_] => format!("{title}, {unit}"),
        columns => format!("{title}, {unit}: {}", columns.join(" / ")),
    }
}

fn numbers(numbers: &[Option<f64>]) -> String {
    let texts: Vec<_> = numbers.iter().map(|one| number(*one)).collect();
    texts.join(" / ")
}

/// Three digits.
fn number(number: Option<f64>) -> String {
    match number {
        None => String::from("–"),
        Some(number) if number == 0.0 || number >= 100.0 => format!("{number:.0}"),
        Some(number) if number >= 10.0 => format!("{number:.1}"),
        Some(number) => format!("{number:.2}"),
    }
}

fn line(table: &mut String, cells: &[impl AsRef<str>]) {
    for cell in cells {
        table.push_str("| ");
        table.push_str(cell.as_ref());
        table.push(' ');
    }
    table.push_str("|\n");
}

fn origin(results: &Results) -> String {
    let Machine {
        processor,
        cores,
        system,
        compiler,
        load: [before, after],
    } = &results.machine;
    format!(
        "\nMeasured with `{}` on {cores} cores of {processor}, {system}, {compiler}, at a load of {before} to {after}.\n",
        results.command
    )
}

/// The file with this text between its marks; `None` if it has none.
#[must_use]
pub fn marked(file: &str, text: &str) -> Option<String> {
    let (before, rest) = file.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{text}{END}{after}"))
}
