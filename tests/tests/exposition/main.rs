//! Expositions, byte for byte and through the eyes of other programs.

mod negotiation;
