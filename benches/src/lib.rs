//! What the benchmarks share: the inputs, how time is taken, and the parsers to compare with.

pub mod inputs;
pub mod parsers;
pub mod timing;
