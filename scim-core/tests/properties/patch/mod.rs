//! Properties of every PATCH, over random resources and requests.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the unnamed kinds of JSON values behave alike"
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
