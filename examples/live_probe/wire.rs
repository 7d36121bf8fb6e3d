//! Bare requests: the client hides the statuses, headers and bodies that the probe compares.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use hubspot_adapter::client::Timer;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::report::Trouble;

/// The number of attempts at a call that meets a limit or a lock.
const ATTEMPTS: u32 = 5;

/// The connection to an account with one token.
#[derive(Debug)]
pub(crate) struct Wire {
    network: reqwest::Client,
    base: Url,
    token: SecretString,
    timer: Arc<dyn Timer>,
}

/// An uninterpreted answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    text: String,
    pub(crate) body: Value,
}

impl Wire {
    pub(crate) fn new(
        base: &Url,
        token: &SecretString,
        timer: &Arc<dyn Timer>,
    ) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30));
        if base.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            network: builder
                .build()
                .map_err(|error| error.without_url().to_string())?,
            base: base.clone(),
            token: token.clone(),
            timer: Arc::clone(timer),
        })
    }

    /// Sends a request, and repeats it while the answer is 429 (rate limit) or 423 (locked).
    ///
    /// Returns the last answer, whatever its status.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, Trouble> {
        let mut attempt = 1;
        loop {
            let reply = self.ask_once(method.clone(), path, query, body).await?;
            if attempt == ATTEMPTS || !matches!(reply.status, 423 | 429) {
                return Ok(reply);
            }
            attempt += 1;
            self.timer.sleep(reply.wait()).await;
        }
    }

    pub(crate) async fn ask_once(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, Trouble> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        for (name, value) in query {
            url.query_pairs_mut().append_pair(name, value);
        }

        let mut request = self
            .network
            .request(method, url)
            .bearer_auth(self.token.expose_secret());
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }

        let answer = request.send().await.map_err(|error| unanswered(&error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.map_err(|error| unanswered(&error))?;
        Ok(Reply {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        })
    }
}

/// Describes a failure without the URL, which may hold an address.
fn unanswered(error: &reqwest::Error) -> Trouble {
    Trouble::Unclear(if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "the connection broke".to_owned()
    })
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the answer refuses the request itself, not the token or the rate.
    pub(crate) fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
            && !matches!(self.status, 401 | 423 | 429)
            && self.missing_scopes().is_none()
    }

    pub(crate) fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }

    /// Returns the rows of a page.
    pub(crate) fn rows(&self) -> &[Value] {
        let rows = self.body.get("results").and_then(Value::as_array);
        rows.map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the scopes that a refusal names. The text is empty if the refusal is about scopes and names none.
    pub(crate) fn missing_scopes(&self) -> Option<String> {
        let errors = self.body.get("errors").and_then(Value::as_array);
        let mut named: Vec<&str> = Vec::new();
        for error in errors.into_iter().flatten() {
            let scopes = error.pointer("/context/requiredGranularScopes");
            let scopes = scopes.and_then(Value::as_array).into_iter().flatten();
            named.extend(scopes.filter_map(Value::as_str));
        }
        let is_about_scopes = self.field("category") == Some("MISSING_SCOPES") || !named.is_empty();
        is_about_scopes.then(|| named.join(" or "))
    }

    /// Describes the answer by status and category, or by its fields' names; never by personal data.
    pub(crate) fn shape(&self) -> String {
        let is_word = |text: &&str| {
            let plain = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
            !text.is_empty() && text.bytes().all(plain)
        };
        let status = self.status;
        let media_type = self
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok());

        match self.field("category").filter(is_word) {
            Some(category) => format!("{status} {category}"),
            None if self.is_empty() => format!("{status} without a body"),
            None if self.body.is_object() => {
                let fields = self.body.as_object().into_iter().flatten();
                let names: Vec<&str> = fields.map(|(name, _)| name.as_str()).collect();
                format!("{status} with {}", names.join(", "))
            }
            None => format!("{status} {}", media_type.unwrap_or("without a media type")),
        }
    }

    fn wait(&self) -> Duration {
        let header = self.headers.get("retry-after");
        let seconds = header.and_then(|value| value.to_str().ok()?.parse().ok());
        Duration::from_secs(seconds.unwrap_or(10))
    }
}
