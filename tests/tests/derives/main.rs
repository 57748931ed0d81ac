//! What the derives make of a declaration: descriptors, values, and samples in the registry.

mod enums;
mod labels;
mod sets;
