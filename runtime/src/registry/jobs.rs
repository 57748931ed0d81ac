//! Which hooks and closures a scrape has to call, and for which families.

use std::time::Duration;

use metricset_model::FamilyDescriptor;

use super::families::{Families, Instance};
use crate::collect::Sink;
use crate::dropped;
use crate::lanes::View;
use crate::reading::{Job, Reading, Readings, Refresh, Source, any_is_given, run};

/// An instance of a family, to be collected when it is the turn of its set or closure.
pub(crate) struct Member {
    name: String,
    descriptor: &'static FamilyDescriptor,
    instance: Instance,
}

impl Member {
    pub(crate) fn collect(&self, lanes: &View, sink: &mut impl Sink) {
        let family = (self.name.as_str(), self.descriptor);
        self.instance.collect(family, &Reading::Live, lanes, sink);
    }
}

impl Families {
    /// Has everything read that cannot be read while an exposition is written.
    pub(crate) fn read(&self, timeout: Duration) -> Readings {
        let mut readings = Readings::default();
        let has_hook =
            || any_is_given() && self.hooks().any(|hook| hook.is_some_and(Source::is_given));
        if !self.has_observed && !has_hook() {
            return readings;
        }
        let jobs = self.jobs(&mut readings);
        if !jobs.is_empty() {
            run(jobs, timeout, |member, taken| {
                if let Err(reason) = &taken {
                    dropped::count_family(member.descriptor, *reason);
                }
                let reading = taken.map_or(Reading::LeftOut, Reading::Taken);
                readings.insert(member.instance.place, reading);
            });
        }
        readings
    }

    /// A job for each set with a hook, and one for each closure of the other sets. Leaves out what no closure is there for.
    fn jobs(&self, readings: &mut Readings) -> Vec<Job> {
        let mut of_sets = Vec::new();
        for refresh in self.hooks() {
            of_sets.push(job_of_set(refresh));
        }
        let mut jobs = Vec::new();
        for family in self.iter() {
            for instance in family.instances() {
                let turn = instance.storage.turn();
                let of_set = of_sets.get_mut(instance.set).and_then(Option::as_mut);
                if turn.is_none() && of_set.is_none() {
                    continue;
                }
                let has_closure = turn.is_none() || instance.storage.is_touched();
                if !has_closure || !instance.is_enabled() {
                    readings.insert(instance.place, Reading::LeftOut);
                    continue;
                }
                let member = Member {
                    name: family.name.clone(),
                    descriptor: family.descriptor,
                    instance: instance.clone(),
                };
                if let Some(job) = of_set {
                    job.members.push(member);
                } else if let Some(turn) = turn {
                    jobs.push(Job {
                        turn,
                        hook: None,
                        members: vec![member],
                    });
                }
            }
        }
        for job in of_sets.into_iter().flatten() {
            jobs.push(job);
        }
        jobs
    }
}

fn job_of_set(refresh: Option<&'static Refresh>) -> Option<Job> {
    let refresh = refresh?;
    Some(Job {
        turn: refresh.turn(),
        hook: Some(refresh.given()?),
        members: Vec::new(),
    })
}
