//! Series copied out of their storage.

use std::ops::Range;

use metricset_model::FamilyDescriptor;

use crate::collect::{
    FamilyHead, HistogramValue, Number, SeriesLabels, Sink, StateSetValue, SummaryValue, Value,
};
use crate::family::SeriesSink;

/// The series of one family as they were at one moment.
#[derive(Default)]
pub(crate) struct TakenSeries {
    values: Vec<TakenValue>,
    /// The label values of all series behind one another.
    text: String,
    /// Where in the text each of them is.
    labels: Vec<Range<usize>>,
}

/// A [`Value`] without what the family's descriptor knows.
enum TakenValue {
    Counter(Number),
    Gauge(Number),
    Histogram {
        counts: Box<[u64]>,
        sum: f64,
    },
    Summary {
        bits: Box<[u64]>,
        sum: f64,
        count: u64,
    },
    Info,
    StateSet {
        active: u64,
    },
}

impl TakenValue {
    fn new(value: Value<'_>) -> Self {
        match value {
            Value::Counter(number) => Self::Counter(number),
            Value::Gauge(number) => Self::Gauge(number),
            Value::Histogram(histogram) => Self::Histogram {
                counts: histogram.counts.into(),
                sum: histogram.sum,
            },
            Value::Summary(summary) => Self::Summary {
                bits: summary.bits.into(),
                sum: summary.sum,
                count: summary.count,
            },
            Value::Info => Self::Info,
            Value::StateSet(states) => Self::StateSet {
                active: states.active,
            },
        }
    }

    fn value(&self, descriptor: &FamilyDescriptor) -> Value<'_> {
        match self {
            Self::Counter(number) => Value::Counter(*number),
            Self::Gauge(number) => Value::Gauge(*number),
            Self::Histogram { counts, sum } => {
                let bounds = descriptor.buckets.unwrap_or(&[]);
                Value::Histogram(HistogramValue::new(bounds, counts, *sum))
            }
            Self::Summary { bits, sum, count } => {
                let quantiles = descriptor.quantiles.unwrap_or(&[]);
                Value::Summary(SummaryValue::new(quantiles, bits, *sum, *count))
            }
            Self::Info => Value::Info,
            Self::StateSet { active } => {
                let states = descriptor.labels.iter().find_map(|label| label.values);
                Value::StateSet(StateSetValue::new(states.unwrap_or(&[]), *active))
            }
        }
    }
}

impl TakenSeries {
    /// A series begins.
    pub(crate) fn begin(&mut self, value: Value<'_>) {
        self.values.push(TakenValue::new(value));
    }

    /// The next label value of the series that began last.
    pub(crate) fn label(&mut self, value: &str) {
        let start = self.text.len();
        self.text.push_str(value);
        self.labels.push(start..self.text.len());
    }

    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Hands the series, of this family, to the sink.
    pub(crate) fn collect(&self, descriptor: &'static FamilyDescriptor, sink: &mut dyn SeriesSink) {
        // A state set has a label and no value for it.
        let width = self.labels.len().checked_div(self.len()).unwrap_or(0);
        let mut labels = Vec::with_capacity(width);
        for (at, value) in self.values.iter().enumerate() {
            let ranges = self.labels.get(at * width..(at + 1) * width);
            for range in ranges.unwrap_or_default() {
                labels.push(self.text.get(range.clone()).unwrap_or_default());
            }
            sink.series(&labels, value.value(descriptor));
            labels.clear();
        }
    }
}

/// Takes the series of one family.
impl Sink for TakenSeries {
    fn family(&mut self, _: &FamilyHead<'_>) {}

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        self.begin(value);
        labels.values().for_each(|value| self.label(value));
    }
}
