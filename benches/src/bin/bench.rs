//! `bench` measures everything and writes `results.json`, `bench update NAME…` only these questions of it. `bench NAME…` measures
//! these questions and prints them.

// What this program prints is what it is for.
#![allow(clippy::print_stdout)]

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use metricset_benches::questions::{
    RECORDING, Recording, SCRAPING, Scraping, creation, gzip, storm,
};
use metricset_benches::results::{Answer, Question, Results};
use metricset_benches::{compile, heap, instructions, machine, measure, report};

/// Turns of each contender in each question.
const TURNS: usize = 15;
/// The largest expositions take their time.
const SCRAPE_RUNS: usize = 5;

/// Keeps what other questions had for results.
const UPDATE: &str = "update";

const LOADS: [&str; measure::Load::ALL.len()] = [
    "1 thread",
    "2 threads",
    "1 thread and a scraper",
    "1 thread and a scraper of 10,000 more series",
    "2 threads and a scraper",
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [instructions::REPEAT, name, contender] => {
            instructions::repeat(name, contender.parse()?);
            Ok(())
        }
        [] => write(&measure(&|_| true)?),
        [UPDATE, ref names @ ..] => {
            let mut results: Results = serde_json::from_str(&fs::read_to_string(results())?)?;
            results.update(measure(&|name| names.contains(&name))?);
            write(&results)
        }
        ref names => {
            let results = measure(&|name| names.contains(&name))?;
            println!("{}", report::details(&results));
            Ok(())
        }
    }
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("results.json")
}

fn write(results: &Results) -> Result<(), Box<dyn Error>> {
    let json = serde_json::to_string_pretty(results)? + "\n";
    fs::write(self::results(), json)?;
    println!("{}", report::summary(results));
    Ok(())
}

/// Every question whose name is wanted.
fn measure(wanted: &dyn Fn(&str) -> bool) -> Result<Results, Box<dyn Error>> {
    let mut machine = machine::describe();
    let mut questions = Vec::new();
    for question in RECORDING.iter().filter(|one| wanted(one.name)) {
        questions.push(recording(question)?);
    }
    // Before the heap has held what the largest scrapes need.
    if wanted("creation") {
        questions.push(creation::ask());
    }
    if wanted("storm") {
        questions.push(storm::ask());
    }
    for question in SCRAPING.iter().filter(|one| wanted(one.name)) {
        questions.push(scraping(question)?);
    }
    if wanted("gzip") {
        questions.extend(gzip::ask());
    }
    // It counts the allocations of what was recorded too.
    if wanted("heap") || RECORDING.iter().any(|one| wanted(one.name)) {
        let heap = heap::count()?;
        for (name, allocations) in heap.allocations {
            if let Some(question) = questions.iter_mut().find(|one| one.name == name) {
                for (answer, count) in question.answers.iter_mut().zip(allocations) {
                    answer.allocations = Some(count);
                }
            }
        }
        if wanted("heap") {
            questions.extend(heap.questions);
        }
    }
    if wanted("minimal") {
        questions.push(compile::minimal()?);
    }
    if wanted("many") {
        questions.push(compile::many()?);
    }
    machine.load[1] = machine::load();
    Ok(Results {
        command: String::from("cargo xtask bench"),
        machine,
        questions,
    })
}

fn recording(question: &Recording) -> Result<Question, Box<dyn Error>> {
    eprintln!("{}", question.title);
    let contenders = (question.contenders)();
    let numbers = measure::recording(&contenders, TURNS);
    let mut answers: Vec<_> = contenders
        .iter()
        .zip(numbers)
        .map(|(one, numbers)| Answer::new(one.name, one.role, numbers.to_vec()))
        .collect();
    for (answer, count) in answers
        .iter_mut()
        .zip(instructions::of_recording(question)?)
    {
        answer.instructions = count;
    }
    Ok(Question::new(
        question.name,
        question.title,
        "ns",
        &LOADS,
        answers,
    ))
}

fn scraping(question: &Scraping) -> Result<Question, Box<dyn Error>> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut lines = Vec::new();
    let mut columns = Vec::new();
    for size in question.sizes {
        eprintln!("{}, {size}", question.title);
        let expositions = (question.expositions)(*size);
        let scrapes: Vec<_> = expositions.iter().map(|one| &one.scrape).collect();
        let mut runs = vec![(
            format!("{size} series"),
            measure::scraping(&scrapes, SCRAPE_RUNS),
        )];
        if *size == question.cold {
            let cold = measure::scraping_cold(&scrapes, SCRAPE_RUNS);
            runs.push((format!("{size} series, cold"), cold));
        }
        for (column, scraped) in runs {
            columns.push(column);
            for (one, scraped) in expositions.iter().zip(scraped) {
                let at = answers
                    .iter()
                    .position(|answer| answer.contender == one.name);
                let answer = match at {
                    Some(at) => &mut answers[at],
                    None => {
                        answers.push(Answer::new(one.name, one.role, Vec::new()));
                        lines.push(scraped.lines as f64);
                        answers.last_mut().expect("was pushed")
                    }
                };
                answer.numbers.resize(columns.len() - 1, None);
                answer
                    .numbers
                    .push(Some(scraped.nanos / scraped.lines as f64));
            }
        }
    }
    for answer in &mut answers {
        answer.numbers.resize(columns.len(), None);
    }
    let instructions = instructions::of_scraping(question)?;
    for ((answer, count), lines) in answers.iter_mut().zip(instructions).zip(lines) {
        answer.instructions = count.map(|count| count / lines);
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    Ok(Question::new(
        question.name,
        question.title,
        "ns a line",
        &columns,
        answers,
    ))
}
