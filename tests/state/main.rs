//! The state stores, and the adapters that share one.

mod cost;
mod disk_full;
mod lost_file;
mod replicas;
mod stores;
