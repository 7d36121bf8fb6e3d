//! Questions about deactivated users, asked of those that the settings name.

use http::Method;
use hubspot_adapter::client::{CrmUser, property};
use hubspot_adapter::emulator::behavior::{DeactivatedCreation, WriteOutcome};
use serde_json::{Value, json};

use crate::judge;
use crate::probe::{LOOKS, Probe, user};
use crate::report::{Question, Trouble};
use crate::settings;

impl Probe {
    pub(crate) async fn ask_about_deactivated(&self) {
        let first = self.deactivated_id(0).await;
        let id = match first {
            Ok(id) => id,
            Err(trouble) => {
                for (question, key) in [
                    (Question::Q5, "deactivated-get"),
                    (Question::Q5, "deactivated-put"),
                    (Question::Q4, "deactivated-post"),
                    (Question::Q5, "deactivated-delete"),
                ] {
                    self.open(question, key, trouble.clone());
                }
                self.missing_row(trouble);
                return;
            }
        };

        let read = self.wire.ask(Method::GET, &user(&id), &[], None).await;
        let read = read.and_then(|reply| judge::reach(&reply));
        self.note(Question::Q5, "deactivated-get", read);

        let put = self.put_deactivated(&id).await;
        self.note(Question::Q5, "deactivated-put", put);

        let post = self.post_deactivated(&id).await;
        let is_revived = matches!(post, Ok(DeactivatedCreation::Revived));
        self.note(Question::Q4, "deactivated-post", post);

        // A revived user is no longer deactivated.
        let subject = if is_revived {
            self.deactivated_id(1).await
        } else {
            Ok(id)
        };
        let removal = match &subject {
            Ok(id) => self.remove_deactivated(id).await,
            Err(trouble) => Err(trouble.clone()),
        };
        let is_removed = matches!(removal, Ok(WriteOutcome::Taken));
        self.note(Question::Q5, "deactivated-delete", removal);

        match subject {
            Ok(id) if is_removed => self.row_of_removed(&id).await,
            _ => self.missing_row(Trouble::unclear("the probe removed no user with a CRM row")),
        }
    }

    /// Returns the CRM row of a named user, which must show that the user is deactivated.
    pub(crate) async fn deactivated_row(&self, number: usize) -> Result<CrmUser, Trouble> {
        let named = self.settings.deactivated.get(number);
        let Some(address) = named else {
            return Err(match number {
                0 => Trouble::NotSet(settings::DEACTIVATED),
                _ => {
                    Trouble::unclear("the question needs a second deactivated user, after a comma")
                }
            });
        };
        let row = self
            .row(|row| {
                let email = row.get(property::EMAIL).unwrap_or_default();
                email.eq_ignore_ascii_case(address) && row.is_deactivated()
            })
            .await?;
        row.ok_or_else(|| Trouble::unclear("the CRM shows no deactivated user at that address"))
    }

    async fn deactivated_id(&self, number: usize) -> Result<String, Trouble> {
        let row = self.deactivated_row(number).await?;
        row.settings_id()
            .map(str::to_owned)
            .ok_or_else(|| Trouble::unclear("the CRM row has no user id"))
    }

    /// Assigns another permission set, looks for it in the list, and restores the former one.
    async fn put_deactivated(&self, id: &str) -> Result<WriteOutcome, Trouble> {
        let roles = self.settings.roles.as_ref();
        let [one, other] = roles.ok_or(Trouble::NotSet(settings::ROLES))?;
        let held = self.role_in_list(id).await?;
        let given = if held.as_ref() == Some(one) {
            other
        } else {
            one
        };
        let reply = self.put(id, &json!({"roleId": given})).await?;
        let is_done = self.role_in_list(id).await?.as_ref() == Some(given);
        if is_done {
            let back = held.map_or_else(|| json!({}), |held| json!({"roleId": held}));
            self.put(id, &back).await?;
        }
        judge::write_outcome(&reply, is_done)
    }

    async fn role_in_list(&self, id: &str) -> Result<Option<String>, Trouble> {
        let row = self.in_list(|row| row.id == id).await?;
        let row = row.ok_or_else(|| Trouble::unclear("the list does not show the user"))?;
        Ok(row.role_id.or_else(|| row.role_ids.first().cloned()))
    }

    async fn post_deactivated(&self, id: &str) -> Result<DeactivatedCreation, Trouble> {
        let named = self.settings.deactivated.first();
        let address = named.ok_or(Trouble::NotSet(settings::DEACTIVATED))?;
        let reply = self.post(address).await?;
        self.fact(
            Question::Q4,
            format!("a deactivated user: {}", reply.shape()),
        );
        if reply.is_success() {
            // The user can sign in again, so the cleanup must remove them.
            let given = reply.body.get("id").and_then(Value::as_str).unwrap_or(id);
            self.journal.revived_user(given);
        }
        judge::deactivated_creation(&reply)
    }

    async fn remove_deactivated(&self, id: &str) -> Result<WriteOutcome, Trouble> {
        let reply = self.wire.ask(Method::DELETE, &user(id), &[], None).await?;
        let mut is_gone = false;
        for _ in 0..LOOKS {
            is_gone = self.in_list(|row| row.id == id).await?.is_none();
            if is_gone || !reply.is_success() {
                break;
            }
            self.pause().await;
        }
        judge::write_outcome(&reply, is_gone)
    }

    async fn row_of_removed(&self, id: &str) {
        if self.report().measured().contains_key("crm-removed") {
            return;
        }
        let row = self.row_after_removal(id).await;
        self.note(Question::Other, "crm-removed", row);
    }

    /// Notes why the row after a removal is unknown, unless there is an answer.
    fn missing_row(&self, trouble: Trouble) {
        let mut report = self.report();
        if self.settings.domain.is_some() && !report.measured().contains_key("crm-removed") {
            report.open(Question::Other, "crm-removed", trouble);
        }
    }
}
