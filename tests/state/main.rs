//! The state stores, and the adapters that share one.

mod cost;
mod replicas;
mod stores;
