use metricset::instrument_metric;

struct Stack<T>(Vec<T>);

impl<T> Stack<T> {
    // The attribute does not see that `T` is no type of its own.
    #[instrument_metric]
    fn pop(&mut self) -> T {
        self.0.pop().unwrap()
    }

    #[instrument_metric(ok_if = |_| true)]
    fn first(self) -> T {
        self.0.into_iter().next().unwrap()
    }
}

fn main() {
    Stack(vec![1]).pop();
    Stack(vec![1]).first();
}
