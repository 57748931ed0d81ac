//! Every kind of function that is no future.

use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;

use metricset::instrument_metric;

use crate::observed::{Calls, calls};

const ONE: Calls = Calls {
    ok: 1,
    ..Calls::NONE
};

#[instrument_metric]
fn plain(x: u32) -> u32 {
    x + 1
}

#[instrument_metric]
fn nothing() {}

#[test]
fn free_functions() {
    assert_eq!(plain(1), 2);
    nothing();
    assert_eq!((calls!("plain"), calls!("nothing")), (ONE, ONE));
}

#[instrument_metric]
fn generic<T, const N: usize>(values: [T; N]) -> String
where
    T: Debug + Display,
{
    values.iter().map(T::to_string).collect()
}

#[test]
fn generics_and_const_generics_share_a_series() {
    assert_eq!(generic(["a", "b"]), "ab");
    assert_eq!(generic([1, 2, 3]), "123");
    assert_eq!(
        calls!("generic"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}

#[instrument_metric]
fn first(text: &str) -> Option<&str> {
    text.split(' ').next()
}

#[test]
fn lifetimes() {
    let text = String::from("a bc");
    assert_eq!(longest(&text, "x"), "a bc");
    assert_eq!(first(&text), Some("a"));
    assert_eq!((calls!("longest"), calls!("first")), (ONE, ONE));
}

#[instrument_metric]
fn shortened(values: impl IntoIterator<Item = u8>) -> Result<impl Iterator<Item = u8>, String> {
    let mut values = values.into_iter();
    values.next().ok_or("empty")?;
    Ok(values)
}

#[instrument_metric(ok_if = |_| true)]
fn doubled(values: &[u8]) -> impl Iterator<Item = u8> + '_ {
    values.iter().map(|value| value * 2)
}

#[test]
fn impl_trait_in_both_positions() {
    assert_eq!(shortened([1, 2]).unwrap().collect::<Vec<_>>(), [2]);
    assert!(shortened([]).is_err());
    assert_eq!(doubled(&[1, 2]).collect::<Vec<_>>(), [2, 4]);
    let error = Calls { error: 1, ..ONE };
    assert_eq!((calls!("shortened"), calls!("doubled")), (error, ONE));
}

#[instrument_metric]
extern "C" fn foreign(x: u8) -> u8 {
    x
}

#[test]
fn extern_functions() {
    assert_eq!(foreign(4), 4);
    assert_eq!(calls!("foreign"), ONE);
}

#[instrument_metric]
fn never() -> ! {
    panic!("as it must")
}

#[test]
fn functions_that_never_return() {
    catch_unwind(|| never()).unwrap_err();
    assert_eq!(
        calls!("never"),
        Calls {
            panic: 1,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn parsed(text: &str) -> Result<u8, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    let value: u8 = text.parse()?;
    Ok(value)
}

#[test]
fn question_mark_and_return() {
    assert_eq!(parsed(""), Ok(0));
    assert_eq!(parsed("7"), Ok(7));
    parsed("x").unwrap_err();
    assert_eq!(
        calls!("parsed"),
        Calls {
            ok: 2,
            error: 1,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1) }
}

#[test]
fn recursion_counts_every_call() {
    assert_eq!(factorial(5), 120);
    assert_eq!(
        calls!("factorial"),
        Calls {
            ok: 6,
            ..Calls::NONE
        }
    );
}

struct Cell {
    value: u8,
}

#[instrument_metric]
fn reborrow(cell: &mut Cell) -> &mut u8 {
    cell.value += 1;
    &mut cell.value
}

#[instrument_metric]
fn get_or_insert<'a>(cells: &'a mut Vec<Cell>, at: usize) -> &'a mut Cell {
    while cells.len() <= at {
        cells.push(Cell { value: 0 });
    }
    &mut cells[at]
}

#[test]
fn mutable_reborrows_in_and_out() {
    let mut cells = Vec::new();
    let cell = get_or_insert(&mut cells, 2);
    *reborrow(cell) += 1;
    *reborrow(cell) += 1;
    assert_eq!(cells[2].value, 4);
    assert_eq!(
        calls!("reborrow"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
    assert_eq!(calls!("get_or_insert"), ONE);
}

#[instrument_metric]
fn patterns(
    (a, mut b): (u8, u8),
    Cell { value, .. }: Cell,
    [first, ..]: [u8; 2],
    _: u8,
    mut total: u8,
    &last: &u8,
    whole @ (_, inner): (u8, u8),
) -> u8 {
    b += 1;
    total += a + b + value + first + last + whole.0 + inner;
    total
}

#[test]
fn patterns_in_arguments() {
    let total = patterns((1, 1), Cell { value: 3 }, [4, 0], 0, 5, &6, (7, 8));
    assert_eq!(total, 36);
    assert_eq!(calls!("patterns"), ONE);
}

struct Receiver(u8);

impl Receiver {
    #[instrument_metric]
    fn by_value(self) -> u8 {
        self.0
    }

    #[instrument_metric]
    fn by_ref(&self) -> &u8 {
        &self.0
    }

    #[instrument_metric]
    fn by_mut(&mut self) -> &mut u8 {
        &mut self.0
    }

    #[instrument_metric]
    fn by_box(mut self: Box<Self>) -> u8 {
        self.0 += 1;
        self.0
    }

    #[instrument_metric]
    fn by_rc(self: &Rc<Self>) -> Rc<Self> {
        Rc::clone(self)
    }

    #[instrument_metric]
    fn by_pin(self: Pin<&mut Self>) -> u8 {
        self.0
    }

    #[instrument_metric]
    fn without() -> Receiver {
        Self(9)
    }
}

#[test]
fn self_of_any_kind() {
    let mut receiver = Receiver::without();
    assert_eq!(*receiver.by_ref(), 9);
    *receiver.by_mut() = 1;
    assert_eq!(Pin::new(&mut receiver).by_pin(), 1);
    assert_eq!(Rc::new(Receiver(5)).by_rc().by_ref(), &5);
    assert_eq!(Box::new(Receiver(2)).by_box(), 3);
    assert_eq!(receiver.by_value(), 1);
    for function in ["by_value", "by_mut", "by_box", "by_rc", "by_pin", "without"] {
        assert_eq!(calls!(function), ONE, "{function}");
    }
    assert_eq!(
        calls!("by_ref"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn coerced(text: &str) -> Result<Box<dyn Display>, Box<dyn std::error::Error>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    if text == "1" {
        return Ok(Box::new(1));
    }
    text.parse::<f64>()?;
    Ok(Box::new(text.to_owned()))
}

#[test]
fn values_are_coerced_to_the_written_type() {
    assert_eq!(coerced("1").unwrap().to_string(), "1");
    assert_eq!(coerced("2").unwrap().to_string(), "2");
    assert!(coerced("").is_err() && coerced("x").is_err());
    assert_eq!(
        calls!("coerced"),
        Calls {
            ok: 2,
            error: 2,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn with_attribute_inside(value: Option<u8>) -> u8 {
    #![allow(clippy::unwrap_used)]
    value.unwrap()
}

#[test]
fn inner_attributes() {
    assert_eq!(with_attribute_inside(Some(1)), 1);
    catch_unwind(AssertUnwindSafe(|| with_attribute_inside(None))).unwrap_err();
    assert_eq!(
        calls!("with_attribute_inside"),
        Calls {
            ok: 1,
            panic: 1,
            ..Calls::NONE
        }
    );
}

#[test]
fn functions_in_functions() {
    #[instrument_metric]
    fn inner() -> u8 {
        #[instrument_metric]
        fn innermost() -> u8 {
            1
        }
        innermost() + innermost()
    }
    assert_eq!(inner(), 2);
    assert_eq!(calls!("inner"), ONE);
    assert_eq!(
        calls!("innermost"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
}

macro_rules! declared {
    ($(#[$meta:meta])* $vis:vis $name:ident<$lifetime:lifetime>, $arg:ident: $ty:ty, $ret:ty, $body:expr) => {
        #[instrument_metric]
        $(#[$meta])*
        $vis fn $name<$lifetime>($arg: &$lifetime $ty) -> $ret {
            $body
        }
    };
}

declared! {
    /// Documented by its caller.
    #[inline]
    pub(crate) by_macro<'a>, text: str, Result<u8, std::num::ParseIntError>, text.parse()
}
declared!(by_macro_alone<'a>, text: str, &'a str, text);

#[test]
fn functions_that_a_macro_declares() {
    assert_eq!(by_macro("1"), Ok(1));
    assert_eq!(by_macro_alone("1"), "1");
    by_macro("x").unwrap_err();
    assert_eq!(
        calls!("by_macro"),
        Calls {
            ok: 1,
            error: 1,
            ..Calls::NONE
        }
    );
}

#[deny(unused_braces)]
#[rustfmt::skip]
mod on_one_line {
    use metricset::instrument_metric;

    #[instrument_metric]
    pub(super) fn one_expression(value: u8) -> Result<u8, u8> { if value > 1 { Err(value) } else { Ok(value) } }

    #[instrument_metric(ok_if = |_| true)]
    pub(super) fn hidden(value: u8) -> impl Fn() -> u8 { move || value }
}

#[test]
fn bodies_on_one_line_are_no_braces_too_many() {
    assert_eq!(on_one_line::one_expression(2), Err(2));
    assert_eq!(on_one_line::hidden(2)(), 2);
}

#[instrument_metric]
fn r#match(r#type: u8) -> u8 {
    r#type
}

#[instrument_metric]
fn with_cfg(#[cfg(test)] a: u8, #[cfg(not(test))] a: &str, #[cfg(not(test))] _b: u8) -> u8 {
    a
}

#[instrument_metric]
#[cfg(not(test))]
fn left_out() -> Missing {}

#[cfg(not(test))]
#[instrument_metric]
fn left_out() -> Missing {}

#[test]
fn raw_identifiers_and_cfg() {
    assert_eq!(r#match(1), 1);
    assert_eq!(with_cfg(2), 2);
    assert_eq!((calls!("match"), calls!("with_cfg")), (ONE, ONE));
    assert!(!crate::observed::exposition().contains("left_out"));
}
