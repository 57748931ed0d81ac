//! Methods of traits, with and without `#[async_trait]`.

use std::ops::Add;

use async_trait::async_trait;
use metricset::instrument_metric;

use crate::observed::{Calls, block_on, calls, suspend};

const HALF: Calls = Calls {
    ok: 1,
    error: 1,
    ..Calls::NONE
};

trait Shape {
    #[instrument_metric]
    fn doubled(&self) -> f64 {
        self.area() * 2.0
    }

    fn area(&self) -> f64;
}

struct Square(f64);

impl Shape for Square {
    #[instrument_metric]
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

impl Add for Square {
    type Output = Square;

    #[instrument_metric]
    fn add(self, other: Self) -> Square {
        Square(self.0 + other.0)
    }
}

#[test]
fn trait_methods_and_default_bodies() {
    assert_eq!(Square(1.0).doubled(), 2.0);
    assert_eq!((Square(1.0) + Square(2.0)).0, 3.0);
    for function in ["doubled", "area", "add"] {
        assert_eq!(
            calls!(function),
            Calls {
                ok: 1,
                ..Calls::NONE
            },
            "{function}"
        );
    }
}

trait Native {
    async fn load(&self, key: &str) -> Result<u8, String>;
}

impl Native for Square {
    #[instrument_metric]
    async fn load(&self, key: &str) -> Result<u8, String> {
        suspend().await;
        key.parse().map_err(|_| format!("{key} of {}", self.0))
    }
}

#[test]
fn async_fn_in_traits() {
    block_on(async {
        assert_eq!(Square(1.0).load("1").await, Ok(1));
        Square(1.0).load("x").await.unwrap_err();
    });
    assert_eq!(calls!("load"), HALF);
}

#[async_trait]
trait Store: Send + Sync {
    async fn get(&self, key: &str) -> Result<u8, String>;
    async fn put(&mut self, key: &str) -> Result<(), std::num::ParseIntError>;
    async fn defaulted(&self, key: &str) -> Result<u8, String> {
        self.get(key).await
    }
}

struct Inner(u8);
struct Outer(u8);
struct Whole(u8);

/// The other macro first: what this one sees is a boxed future.
#[async_trait]
impl Store for Inner {
    #[instrument_metric]
    async fn get(&self, key: &str) -> Result<u8, String> {
        suspend().await;
        let key: u8 = key.parse().map_err(|_| key.to_owned())?;
        Ok(key + self.0)
    }

    #[instrument_metric]
    async fn put(&mut self, key: &str) -> Result<(), std::num::ParseIntError> {
        suspend().await;
        self.0 = key.parse()?;
        Ok(())
    }
}

/// This macro first: the other one has to find the `async`.
#[instrument_metric]
#[async_trait]
impl Store for Outer {
    async fn get(&self, key: &str) -> Result<u8, String> {
        suspend().await;
        let key: u8 = key.parse().map_err(|_| key.to_owned())?;
        Ok(key + self.0)
    }

    async fn put(&mut self, key: &str) -> Result<(), std::num::ParseIntError> {
        suspend().await;
        self.0 = key.parse()?;
        Ok(())
    }
}

/// The other macro first, on a whole block.
#[async_trait]
#[instrument_metric]
impl Store for Whole {
    async fn get(&self, key: &str) -> Result<u8, String> {
        suspend().await;
        let key: u8 = key.parse().map_err(|_| key.to_owned())?;
        Ok(key + self.0)
    }

    async fn put(&mut self, key: &str) -> Result<(), std::num::ParseIntError> {
        suspend().await;
        self.0 = key.parse()?;
        Ok(())
    }
}

fn use_store(mut store: Box<dyn Store>) {
    let future = store.get("1");
    // Boxing is not running.
    drop(future);
    block_on(async {
        assert_eq!(store.defaulted("1").await, Ok(2));
        store.get("x").await.unwrap_err();
        store.put("3").await.unwrap();
        store.put("x").await.unwrap_err();
        assert_eq!(store.get("1").await, Ok(4));
    });
}

#[test]
fn async_trait_in_either_order() {
    let get = Calls {
        ok: 2,
        error: 1,
        ..Calls::NONE
    };
    use_store(Box::new(Inner(1)));
    assert_eq!((calls!("get"), calls!("put")), (get, HALF));
    use_store(Box::new(Outer(1)));
    assert_eq!((calls!("Outer::get"), calls!("Outer::put")), (get, HALF));
    use_store(Box::new(Whole(1)));
    assert_eq!((calls!("Whole::get"), calls!("Whole::put")), (get, HALF));
}
