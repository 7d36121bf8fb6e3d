//! Shared parts of the benchmarks: the inputs, the timing, and the parsers to compare with.

pub mod inputs;
pub mod parsers;
pub mod timing;
