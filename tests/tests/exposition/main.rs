//! Expositions, byte for byte and through the eyes of other programs.

#![allow(
    dead_code,
    reason = "what is exposed before anything is recorded is looked at too"
)]

mod clashes;
mod exact;
mod hostile;
mod negotiation;
