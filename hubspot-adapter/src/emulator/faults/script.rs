//! Faults as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{Action, Content, Fault};

/// The JSON form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Script {
    r#do: Do,
    method: Option<String>,
    path: Option<String>,
    skip: Option<u32>,
    times: Option<u32>,
    commit: Option<bool>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    policy_name: Option<String>,
    milliseconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Do {
    Close,
    Delay,
    Html,
    Status,
    Truncate,
}

impl TryFrom<Script> for Fault {
    type Error = &'static str;

    fn try_from(script: Script) -> Result<Self, Self::Error> {
        let commit = script.commit.unwrap_or(false);
        let status = script.status.ok_or("\"status\" is missing");
        if status.is_ok_and(|status| StatusCode::from_u16(status).is_err()) {
            return Err("\"status\" is not an HTTP status");
        }

        let action = match script.r#do {
            Do::Close => Action::Close { commit },
            Do::Delay => {
                let milliseconds = script.milliseconds.ok_or("\"milliseconds\" is missing")?;
                Action::Delay(Duration::from_millis(milliseconds))
            }
            Do::Html => Action::Html {
                status: status?,
                commit,
            },
            Do::Status => {
                let content = Content {
                    headers: script.headers,
                    body: script.body,
                    policy: script.policy_name,
                };
                Action::Status {
                    status: status?,
                    commit,
                    content,
                }
            }
            Do::Truncate => Action::Truncate,
        };

        Ok(Self {
            method: script.method,
            path: script.path,
            skip: script.skip.unwrap_or(0),
            times: script.times.unwrap_or(1),
            action,
        })
    }
}
