//! What was measured, as it is written to `results.json`. `xtask` compiles this file too.

use serde::{Deserialize, Serialize};

/// One run of everything.
#[derive(Debug, Serialize, Deserialize)]
pub struct Results {
    /// What to type to measure again.
    pub command: String,
    pub machine: Machine,
    pub questions: Vec<Question>,
}

impl Results {
    /// Takes over what was measured now. Questions of before keep their place.
    pub fn update(&mut self, now: Self) {
        self.machine = now.machine;
        for question in now.questions {
            match self
                .questions
                .iter_mut()
                .find(|one| one.name == question.name)
            {
                Some(one) => *one = question,
                None => self.questions.push(question),
            }
        }
    }
}

/// Where the numbers come from.
#[derive(Debug, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub system: String,
    pub compiler: String,
    /// Load averages over one minute, before and after.
    pub load: [f64; 2],
}

/// One question and everybody's answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    pub title: String,
    /// What the numbers count; for each of them, less is better.
    pub unit: String,
    pub columns: Vec<String>,
    pub answers: Vec<Answer>,
}

/// What a contender is to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Ours,
    Peer,
    /// The work without any library: what nobody can do with less.
    Floor,
}

/// What one contender needed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    pub contender: String,
    pub role: Role,
    /// One for each column; none where the contender cannot do it.
    pub numbers: Vec<Option<f64>>,
    /// Instructions of one operation, by callgrind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<f64>,
    /// Heap allocations of one operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocations: Option<f64>,
}

impl Answer {
    pub fn new(contender: &str, role: Role, numbers: Vec<Option<f64>>) -> Self {
        Self {
            contender: contender.to_owned(),
            role,
            numbers,
            instructions: None,
            allocations: None,
        }
    }
}

impl Question {
    pub fn new(
        name: &str,
        title: &str,
        unit: &str,
        columns: &[&str],
        answers: Vec<Answer>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            unit: unit.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            answers,
        }
    }
}
