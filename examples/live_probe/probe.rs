//! The run of the probe: the check of the account, the questions in their order, and the cleanup.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;
use hubspot_adapter::client::{API_VERSION, Client, CrmUser, Timer, User, property};
use serde_json::{Value, json};

use crate::journal::{Creation, Journal};
use crate::judge;
use crate::report::{Question, Report, Trouble};
use crate::settings::Settings;
use crate::wire::{Reply, Wire};

/// The number of looks for a late change.
pub(crate) const LOOKS: u32 = 6;
/// The seconds between two looks.
const BETWEEN_LOOKS: u64 = 5;

/// One run against one account.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) settings: Settings,
    pub(crate) client: Client,
    pub(crate) wire: Wire,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) journal: Journal,
    /// A text that tells the values of this run from those of others.
    pub(crate) nonce: String,
    report: Mutex<Report>,
}

impl Probe {
    pub(crate) fn new(
        settings: Settings,
        timer: Arc<dyn Timer>,
        nonce: &str,
        prints: bool,
    ) -> Result<Arc<Self>, String> {
        let client = Client::builder()
            .base_url(settings.base_url.clone())
            .access_token(settings.token.clone())
            .timer(Arc::clone(&timer))
            .build()
            .map_err(|error| error.to_string())?;

        let wire = Wire::new(&settings.base_url, &settings.token, &timer)?;
        Ok(Arc::new(Self {
            settings,
            client,
            wire,
            timer,
            journal: Journal::new(prints),
            nonce: nonce.to_owned(),
            report: Mutex::default(),
        }))
    }

    /// Asks every question that the settings allow, removes the probe's creations, and prints the report.
    ///
    /// # Errors
    ///
    /// If the token opens another account, or a creation is left behind.
    pub(crate) async fn run(self: &Arc<Self>) -> Result<Report, String> {
        let account = self
            .client
            .account()
            .await
            .map_err(|error| Trouble::from(error).to_string())?;
        if account.portal_id != self.settings.account {
            return Err("the token opens another account, so the probe has asked nothing. Check HUBSPOT_PROBE_ACCOUNT".to_owned());
        }

        // A task of its own: the cleanup follows even a panic.
        let asking = Arc::clone(self);
        let asked = tokio::spawn(async move { asking.ask().await }).await;
        let left = self.remove_creations().await;

        let report = self.report().clone();
        for line in report.lines() {
            self.journal.say(line);
        }

        match (asked, left.as_slice()) {
            (Ok(()), []) => Ok(report),
            (Err(_), []) => Err("the questions broke off; see the lines above".to_owned()),
            (_, left) => Err(format!(
                "the probe could not remove its own creations. Remove them by hand: {left:?}"
            )),
        }
    }

    async fn ask(self: &Arc<Self>) {
        self.ask_by_reading().await;
        self.ask_with_own_user().await;
        self.ask_about_several_roles().await;
        self.ask_about_deactivated().await;
        self.ask_about_super_admins().await;
        self.ask_about_unused_apis().await;
        self.ask_about_limit().await;
    }

    async fn ask_by_reading(&self) {
        let one = self.list_page("1").await;
        let headers = one.and_then(|reply| judge::rate_headers(&reply));
        self.note(Question::Q11, "rate-headers", headers);

        match self.list_page("101").await {
            Ok(reply) => {
                let fact = format!("limit=101: {}, {} rows", reply.status, reply.rows().len());
                self.fact(Question::Q6, fact);
            }
            Err(trouble) => self.open(Question::Q6, "the largest page", trouble),
        }
    }

    async fn list_page(&self, limit: &str) -> Result<Reply, Trouble> {
        let query = [("limit", limit)];
        self.wire.ask(Method::GET, &users(), &query, None).await
    }

    /// Removes the probe's creations. Returns the rest.
    async fn remove_creations(&self) -> Vec<Creation> {
        let mut left = Vec::new();
        for creation in self.journal.creations() {
            let mut is_gone = false;
            for _ in 0..LOOKS {
                is_gone = match &creation {
                    Creation::Property(name) => self.remove_property(name).await,
                    Creation::User { address, id } => {
                        self.remove_user(address, id.as_deref()).await
                    }
                }
                .unwrap_or(false);
                if is_gone {
                    break;
                }
                self.pause().await;
            }

            if is_gone {
                self.journal.say("removed again");
            } else {
                self.journal.say(format!("NOT removed: {creation:?}"));
                left.push(creation);
            }
        }
        left
    }

    /// Removes a user whom the probe created, or may have. Returns whether the user is gone.
    async fn remove_user(&self, address: &str, id: Option<&str>) -> Result<bool, Trouble> {
        if let Some(id) = id {
            self.wire.ask(Method::DELETE, &user(id), &[], None).await?;
            let read = self.wire.ask(Method::GET, &user(id), &[], None).await?;
            return Ok(read.status == 404);
        }

        let by_email = [("idProperty", "EMAIL")];
        let mut is_gone = true;
        for address in [address.to_owned(), address.to_lowercase()] {
            let path = user(&address);
            let found = self.wire.ask(Method::GET, &path, &by_email, None).await?;
            if let Some(id) = found.body.get("id").and_then(Value::as_str) {
                self.wire.ask(Method::DELETE, &user(id), &[], None).await?;
                let read = self.wire.ask(Method::GET, &user(id), &[], None).await?;
                is_gone &= read.status == 404;
            } else {
                is_gone &= found.status == 404;
            }
        }
        Ok(is_gone)
    }

    pub(crate) fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note<T: std::fmt::Display>(
        &self,
        question: Question,
        key: &'static str,
        outcome: Result<T, Trouble>,
    ) {
        self.report().note(question, key, outcome);
    }

    pub(crate) fn fact(&self, question: Question, fact: impl Into<String>) {
        self.report().fact(question, fact);
    }

    pub(crate) fn open(&self, question: Question, what: &'static str, trouble: Trouble) {
        self.report().open(question, what, trouble);
    }

    pub(crate) async fn pause(&self) {
        self.timer.sleep(Duration::from_secs(BETWEEN_LOOKS)).await;
    }

    /// Creates a user, with a permission set if the settings name one.
    pub(crate) async fn post(&self, address: &str) -> Result<Reply, Trouble> {
        let body = json!({"email": address, "sendWelcomeEmail": false});
        let body = with_field(body, "roleId", self.settings.role());
        self.wire
            .ask(Method::POST, &users(), &[], Some(&body))
            .await
    }

    pub(crate) async fn put(&self, id: &str, body: &Value) -> Result<Reply, Trouble> {
        self.wire.ask(Method::PUT, &user(id), &[], Some(body)).await
    }

    /// Sends a PUT that must succeed, with the permission set so that it stays.
    pub(crate) async fn put_with_role(&self, id: &str, body: Value) -> Result<(), Trouble> {
        let body = with_field(body, "roleId", self.settings.role());
        let reply = self.put(id, &body).await?;
        if reply.is_success() {
            Ok(())
        } else {
            Err(Trouble::of("PUT", &reply))
        }
    }

    /// Finds a user in the list.
    pub(crate) async fn in_list(
        &self,
        is_it: impl Fn(&User) -> bool + Send,
    ) -> Result<Option<User>, Trouble> {
        let mut pages = self.client.walk_users();
        let mut found = None;
        while let Some(users) = pages.next().await? {
            found = found.or(users.into_iter().find(&is_it));
        }
        Ok(found)
    }

    /// Finds a CRM row.
    pub(crate) async fn row(
        &self,
        is_it: impl Fn(&CrmUser) -> bool + Send,
    ) -> Result<Option<CrmUser>, Trouble> {
        let asked = [property::EMAIL, property::DEACTIVATED, property::JOB_TITLE];
        let mut pages = self.client.walk_crm_users(asked);
        let mut found = None;
        while let Some(rows) = pages.next().await? {
            found = found.or(rows.into_iter().find(&is_it));
        }
        Ok(found)
    }
}

/// Returns the path of the users.
pub(crate) fn users() -> [&'static str; 3] {
    ["settings", "users", API_VERSION]
}

/// Returns the path of one user.
pub(crate) fn user(id: &str) -> [&str; 4] {
    ["settings", "users", API_VERSION, id]
}

/// Adds a field to a JSON object if there is a value for it.
pub(crate) fn with_field(mut body: Value, name: &str, value: Option<&str>) -> Value {
    if let (Some(fields), Some(value)) = (body.as_object_mut(), value) {
        fields.insert(name.to_owned(), value.into());
    }
    body
}
