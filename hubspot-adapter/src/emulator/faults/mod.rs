//! Faults: errors that strike chosen requests.

mod judge;
mod script;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

pub(super) use self::judge::{Ending, Faults, Verdict};
use self::script::Script;

/// An error that strikes the next matching requests.
///
/// The `--faults` file of `hubspot_emulator` and `POST /_emulator/faults` take one fault, or a list
/// of them, as JSON:
///
/// | field | meaning |
/// |---|---|
/// | `do` | `status`, `close`, `truncate`, `html` or `delay`; see the constructors |
/// | `method`, `path` | the requests to strike; by default all. The method `*` is any. In `path`, which has no query, `*` stands for any characters |
/// | `skip`, `times` | the number of requests to let pass first (0), and then to strike (1) |
/// | `commit` | with `status`, `close`, `html`: whether the account carries out the request first (`false`) |
/// | `status` | with `status` and `html` |
/// | `headers`, `body`, `policyName` | with `status`: the content of the answer |
/// | `milliseconds` | with `delay` |
///
/// # Examples
///
/// ```
/// use hubspot_adapter::emulator::Fault;
///
/// let in_rust = Fault::status(429).on("GET", "/settings/users/*").with_header("Retry-After", "3");
/// let as_json: Fault = serde_json::from_str(
///     r#"{"do": "status", "status": 429, "method": "GET", "path": "/settings/users/*",
///         "headers": {"Retry-After": "3"}}"#,
/// )?;
/// assert_eq!(as_json, in_rust);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Script")]
pub struct Fault {
    method: Option<String>,
    path: Option<String>,
    skip: u32,
    times: u32,
    action: Action,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Action {
    Close {
        commit: bool,
    },
    Delay(Duration),
    Html {
        status: u16,
        commit: bool,
    },
    Status {
        status: u16,
        commit: bool,
        content: Content,
    },
    Truncate,
}

/// The content of a scripted answer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Content {
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    policy: Option<String>,
}

impl Fault {
    fn new(action: Action) -> Self {
        Self {
            method: None,
            path: None,
            skip: 0,
            times: 1,
            action,
        }
    }

    /// Answers with this status in HubSpot's shape, in place of the true answer.
    ///
    /// A number that is not an HTTP status counts as 500.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::new(Action::Status {
            status,
            commit: false,
            content: Content::default(),
        })
    }

    /// Closes the connection in place of an answer. [After the commit](Self::after_commit), it closes
    /// in the middle of the answer.
    #[must_use]
    pub fn close() -> Self {
        Self::new(Action::Close { commit: false })
    }

    /// Carries out the request, and ends the body in the middle as if it were complete.
    #[must_use]
    pub fn truncate() -> Self {
        Self::new(Action::Truncate)
    }

    /// Answers with this status and a page of HTML, like a gateway.
    #[must_use]
    pub fn html(status: u16) -> Self {
        Self::new(Action::Html {
            status,
            commit: false,
        })
    }

    /// Waits on the emulator's timer before the request. Other faults may follow.
    #[must_use]
    pub fn delay(wait: Duration) -> Self {
        Self::new(Action::Delay(wait))
    }

    /// Strikes only requests of this method and this path.
    ///
    /// The method `*` is any. In the path, `*` stands for any characters.
    #[must_use]
    pub fn on(mut self, method: impl Into<String>, path: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self.path = Some(path.into());
        self
    }

    /// Lets a number of matching requests pass first.
    #[must_use]
    pub fn skip(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    /// Sets the number of requests to strike. The default is one.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.times = count;
        self
    }

    /// Carries out the request first, so that only the answer is lost.
    #[must_use]
    pub fn after_commit(mut self) -> Self {
        match &mut self.action {
            Action::Close { commit }
            | Action::Html { commit, .. }
            | Action::Status { commit, .. } => *commit = true,
            Action::Delay(_) | Action::Truncate => {}
        }
        self
    }

    /// Adds a header to a scripted status. An invalid header is left out.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Action::Status { content, .. } = &mut self.action {
            content.headers.insert(name.into(), value.into());
        }
        self
    }

    /// Gives a scripted status this body.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        if let Action::Status { content, .. } = &mut self.action {
            content.body = Some(body);
        }
        self
    }

    /// Names the limit of a scripted 429: `TEN_SECONDLY_ROLLING`, `SECONDLY` or `DAILY`.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<String>) -> Self {
        if let Action::Status { content, .. } = &mut self.action {
            content.policy = Some(policy.into());
        }
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        self.method
            .as_ref()
            .is_none_or(|wanted| wanted == "*" || wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|pattern| glob(pattern, path))
    }
}

/// Returns whether a pattern describes all of a text. `*` stands for any characters.
fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));

    // The earliest place of each part leaves the most text for the next.
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        let Some((_, after)) = text.split_once(part) else {
            return false;
        };
        text = after;
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("/users", "/users", true),
            ("/users", "/users/1", false),
            ("/users*", "/users/1", true),
            ("*/roles", "/settings/users/roles", true),
            ("/a*b*c", "/aXbYc", true),
            ("/a*b*c", "/aXcYb", false),
            ("/a*bc*c", "/abc", false),
            ("*", "", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_fault_skips_strikes_and_ends() {
        let mut faults = Faults::default();
        faults.extend([Fault::status(500).on("GET", "/a").skip(1).times(2)]);
        let mut struck = |method, path| faults.judge(method, path).strike.is_some();
        assert!(!struck("GET", "/a"));
        assert!(!struck("POST", "/a"));
        assert!(!struck("GET", "/b"));
        assert!(struck("get", "/a"));
        assert!(struck("GET", "/a"));
        assert!(!struck("GET", "/a"));
        faults.extend([Fault::status(500).on("*", "/a").times(2)]);
        let mut struck = |method| faults.judge(method, "/a").strike.is_some();
        assert!(struck("PUT") && struck("DELETE") && !struck("GET"));
    }

    #[test]
    fn a_delay_and_another_fault_strike_together() {
        let mut faults = Faults::default();
        faults.extend([Fault::delay(Duration::from_secs(3))]);
        faults.extend([Fault::close()]);
        let verdict = faults.judge("GET", "/");
        assert_eq!(verdict.delay, Duration::from_secs(3));
        assert!(verdict.strike.is_some());
    }

    #[test]
    fn every_action_has_its_json() {
        for (json, expected) in [
            (
                json!({"do": "close", "commit": true}),
                Fault::close().after_commit(),
            ),
            (
                json!({"do": "truncate", "skip": 2}),
                Fault::truncate().skip(2),
            ),
            (
                json!({"do": "html", "status": 502, "times": 3}),
                Fault::html(502).times(3),
            ),
            (
                json!({"do": "delay", "milliseconds": 5}),
                Fault::delay(Duration::from_millis(5)),
            ),
            (
                json!({"do": "status", "status": 429, "policyName": "DAILY", "body": {"a": 1}}),
                Fault::status(429)
                    .with_policy("DAILY")
                    .with_body(json!({"a": 1})),
            ),
        ] {
            assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), expected);
        }
    }

    #[test]
    fn a_senseless_script_is_refused() {
        for json in [
            json!({"do": "status"}),
            json!({"do": "status", "status": 7}),
            json!({"do": "delay"}),
            json!({"do": "explode"}),
            json!({"do": "close", "comit": true}),
        ] {
            assert!(
                serde_json::from_value::<Fault>(json.clone()).is_err(),
                "{json}"
            );
        }
    }
}
