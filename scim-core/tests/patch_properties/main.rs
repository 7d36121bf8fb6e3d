//! What holds of every PATCH, over random resources and requests.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a case that cannot be read has failed"
)]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the kinds of JSON, the ones not named are alike"
)]

mod difference;
mod engine;
mod hostile;
mod oracle;
mod requests;
mod resources;
mod things;
mod values;

type Object = serde_json::Map<String, serde_json::Value>;
