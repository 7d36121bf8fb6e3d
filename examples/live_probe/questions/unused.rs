//! Questions about parts of HubSpot that the adapter does not use, and about the limit of searches.

use http::Method;
use hubspot_adapter::client::API_VERSION;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use url::Url;

use crate::judge;
use crate::probe::{Probe, user, users};
use crate::report::{Question, Trouble};
use crate::settings;
use crate::wire::{Reply, Wire};

/// The number of searches at once, well above five in a second.
const BURST: usize = 25;

/// The subjects in lines about a missing answer.
const PROPERTY: &str = "to create one";
const SCIM: &str = "to read from it";
const SCOPES: &str = "its scopes";

/// An id of nobody. A call about it changes nothing, and HubSpot checks scopes first.
const NOBODY: &str = "0";

impl Probe {
    pub(crate) async fn ask_about_unused_apis(&self) {
        match &self.settings.property {
            Some(name) => self.ask_about_property(name).await,
            None => self.not_set(Question::Q9, PROPERTY, settings::PROPERTY),
        }
        match &self.settings.scim_token {
            Some(token) => self.ask_about_scim(token).await,
            None => self.not_set(Question::Q10, SCIM, settings::SCIM_TOKEN),
        }
        match &self.settings.service_key {
            Some(key) => self.ask_about_service_key(key).await,
            None => self.not_set(Question::Q12, SCOPES, settings::SERVICE_KEY),
        }
    }

    fn not_set(&self, question: Question, what: &'static str, variable: &'static str) {
        self.open(question, what, Trouble::NotSet(variable));
    }

    async fn ask_about_property(&self, name: &str) {
        let outcome = self.make_property(name).await;
        match outcome {
            Ok(said) => self.fact(Question::Q9, said),
            Err(trouble) => self.open(Question::Q9, PROPERTY, trouble),
        }
    }

    async fn make_property(&self, name: &str) -> Result<String, Trouble> {
        let path = ["crm", "properties", API_VERSION, "users"];
        let known = self.wire.ask(Method::GET, &path, &[], None).await?;
        let is_it = |row: &&Value| row.get("name").and_then(Value::as_str) == Some(name);
        if known.rows().iter().any(|row| is_it(&row)) {
            return Err(Trouble::unclear("the property exists already"));
        }

        let group = known.rows().iter().find_map(|row| row.get("groupName"));
        let property = json!({
            "name": name, "label": name, "type": "string", "fieldType": "text",
            "groupName": group, "hasUniqueValue": true,
        });

        self.journal.intend_property(name);
        let made = self
            .wire
            .ask(Method::POST, &path, &[], Some(&property))
            .await?;
        if !made.is_success() {
            self.journal.forget_property(name);
            return Err(Trouble::of("POST", &made));
        }

        let known = self.wire.ask(Method::GET, &path, &[], None).await?;
        let row = known.rows().iter().find(is_it);
        let unique = row.and_then(|row| row.get("hasUniqueValue"));
        Ok(format!(
            "POST: {}, exists: {}, unique: {}, search by it: {}",
            made.shape(),
            row.is_some(),
            unique == Some(&Value::Bool(true)),
            self.search_by(name).await?.shape()
        ))
    }

    /// Searches for a value that no row has.
    async fn search_by(&self, property: &str) -> Result<Reply, Trouble> {
        let path = ["crm", "objects", API_VERSION, "users", "search"];
        let filter = json!({"propertyName": property, "operator": "EQ", "value": NOBODY});
        let search = json!({"filterGroups": [{"filters": [filter]}], "limit": 1});
        self.wire.ask(Method::POST, &path, &[], Some(&search)).await
    }

    /// Removes a property of the probe. Returns whether it is gone.
    pub(crate) async fn remove_property(&self, name: &str) -> Result<bool, Trouble> {
        let path = ["crm", "properties", API_VERSION, "users", name];
        let reply = self.wire.ask(Method::DELETE, &path, &[], None).await?;
        Ok(reply.is_success() || reply.status == 404)
    }

    /// Reads from HubSpot's own SCIM server.
    async fn ask_about_scim(&self, token: &SecretString) {
        let wire = match Wire::new(&self.settings.scim_url, token, &self.timer) {
            Ok(wire) => wire,
            Err(why) => return self.open(Question::Q10, SCIM, Trouble::Unclear(why)),
        };

        let nobody = "userName eq \"scim-probe@nowhere.invalid\"";
        for (what, path, query) in [
            ("features", "ServiceProviderConfig", None),
            ("userName filter", "Users", Some(("filter", nobody))),
            ("groups", "Groups", Some(("count", "1"))),
        ] {
            let query = query.as_slice();
            match wire.ask(Method::GET, &[path], query, None).await {
                Ok(reply) => self.fact(Question::Q10, format!("{what}: {}", scim_shape(&reply))),
                Err(trouble) => self.open(Question::Q10, what, trouble),
            }
        }
    }

    /// Tries each scope on a user who does not exist: a refusal for the scope precedes the 404.
    async fn ask_about_service_key(&self, key: &SecretString) {
        let base: &Url = &self.settings.base_url;
        let wire = match Wire::new(base, key, &self.timer) {
            Ok(wire) => wire,
            Err(why) => return self.open(Question::Q12, SCOPES, Trouble::Unclear(why)),
        };

        let (users, user) = (users(), user(NOBODY));
        let teams = ["settings", "users", API_VERSION, "teams"];
        let member = ["settings", "teams", API_VERSION, NOBODY, "members", NOBODY];
        let (one, extra, nothing) = (("limit", "1"), ("type", "EXTRA"), json!({}));
        for (what, method, path, query, body) in [
            (
                "reading users",
                Method::GET,
                users.as_slice(),
                Some(one),
                None,
            ),
            ("writing users", Method::PUT, &user, None, Some(&nothing)),
            ("reading teams", Method::GET, &teams, None, None),
            ("writing teams", Method::DELETE, &member, Some(extra), None),
        ] {
            match wire.ask(method, path, query.as_slice(), body).await {
                Ok(reply) => {
                    let may = match reply.missing_scopes() {
                        Some(scopes) => format!("no, scope missing: {scopes}"),
                        None if matches!(reply.status, 401 | 403) => {
                            format!("no, {}", reply.shape())
                        }
                        None => "yes".to_owned(),
                    };
                    self.fact(Question::Q12, format!("{what}: {may}"));
                }
                Err(trouble) => self.open(Question::Q12, what, trouble),
            }
        }
    }

    pub(crate) async fn ask_about_limit(self: &std::sync::Arc<Self>) {
        let outcome = if self.settings.burst {
            self.first_refusal().await
        } else {
            Err(Trouble::NotSet(settings::BURST))
        };
        if let Ok(reply) = &outcome {
            let fact = format!("a search above the limit: {}", reply.shape());
            self.fact(Question::Q11, fact);
        }
        let judged = outcome.map(|reply| judge::retry_after(&reply));
        self.note(Question::Q11, "retry-after", judged);
    }

    /// Returns the first answer that refuses a search for the limit.
    async fn first_refusal(self: &std::sync::Arc<Self>) -> Result<Reply, Trouble> {
        let mut searches = JoinSet::new();
        for _ in 0..BURST {
            let probe = std::sync::Arc::clone(self);
            searches.spawn(async move {
                let path = ["crm", "objects", API_VERSION, "users", "search"];
                let one = json!({"limit": 1});
                probe
                    .wire
                    .ask_once(Method::POST, &path, &[], Some(&one))
                    .await
            });
        }

        let replies: Vec<Reply> = searches.join_all().await.into_iter().flatten().collect();
        if let Some(reply) = replies.iter().find(|reply| reply.status == 429) {
            return Ok(reply.clone());
        }
        Err(match replies.first() {
            Some(reply) if !reply.is_success() => Trouble::of("search", reply),
            _ => Trouble::unclear("25 searches at once met no limit"),
        })
    }
}

/// Describes the answer of a SCIM server without personal data.
fn scim_shape(reply: &Reply) -> String {
    let said = |name: &str| {
        let value = reply.body.pointer(&format!("/{name}/supported"))?;
        Some(format!(", {name} {}", value.as_bool()?))
    };
    let total = reply.body.get("totalResults").and_then(Value::as_u64);
    let mut shape = reply.status.to_string();
    shape.extend(
        ["patch", "filter", "bulk"]
            .iter()
            .filter_map(|name| said(name)),
    );
    shape.extend(total.map(|total| format!(", {total} found")));
    shape
}
