//! Questions that the probe asks with a user of its own.

use http::Method;
use hubspot_adapter::client::{CrmSearch, CrmUser, CrmUserUpdate, User, property};
use hubspot_adapter::dialect::OmittedRole;
use hubspot_adapter::emulator::behavior::{Activation, EmailLookup, Timing};
use serde_json::{Value, json};

use crate::judge;
use crate::probe::{LOOKS, Probe, user, with_field};
use crate::report::{Question, Trouble};
use crate::settings;

/// The keys that stay open without such a user.
const KEYS: [(Question, &str); 18] = [
    (Question::Q1, "teams"),
    (Question::Q1, "team-removal"),
    (Question::Q1, "team-default"),
    (Question::Q2, "role"),
    (Question::Q3, "seats"),
    (Question::Q3, "paid-role"),
    (Question::Q4, "conflict"),
    (Question::Q6, "list"),
    (Question::Q7, "email"),
    (Question::Q7, "email-stored"),
    (Question::Other, "activation"),
    (Question::Other, "created"),
    (Question::Other, "removed"),
    (Question::Other, "crm"),
    (Question::Other, "crm-removed"),
    (Question::Other, "search"),
    (Question::Other, "freed-seat"),
    (Question::Other, "absent"),
];

/// The probe's own user.
#[derive(Debug)]
pub(crate) struct OwnUser {
    /// The address as sent.
    pub(crate) sent: String,
    pub(crate) id: String,
}

impl Probe {
    pub(crate) async fn ask_with_own_user(&self) {
        let made = match &self.settings.domain {
            Some(domain) => {
                self.make(format!("Scim-Probe-{}@{domain}", self.nonce))
                    .await
            }
            None => Err(Trouble::NotSet(settings::DOMAIN)),
        };
        let own = match made {
            Ok(own) => own,
            Err(trouble) => {
                for (question, key) in KEYS {
                    self.open(question, key, trouble.clone());
                }
                return;
            }
        };

        let listed = self.in_list(|row| row.id == own.id).await;
        let created = listed.map(|row| judge::timing(row.is_some()));
        self.note(Question::Other, "created", created);
        let row = self.own_row(&own).await;
        let crm = row.map(|row| judge::timing(row.is_some()));
        self.note(Question::Other, "crm", crm);

        self.ask_about_address(&own).await;
        let activation = self.activation(&own).await;
        self.note(Question::Other, "activation", activation);
        let role = self.omitted_role(&own).await;
        self.note(Question::Q2, "role", role);
        self.ask_about_teams(&own).await;
        self.ask_about_seats(&own).await;
        let had_row = self.ask_about_search(&own).await;
        self.ask_about_removal(&own, had_row).await;
    }

    /// Creates the user, after an entry in the journal.
    async fn make(&self, sent: String) -> Result<OwnUser, Trouble> {
        self.journal.intend_user(&sent);
        let reply = self.post(&sent).await?;
        let id = reply.body.get("id").and_then(Value::as_str);
        match (reply.status, id) {
            (201, Some(id)) => {
                self.journal.made_user(&sent, id);
                let id = id.to_owned();
                Ok(OwnUser { sent, id })
            }
            _ => Err(Trouble::of("HubSpot created no user", &reply)),
        }
    }

    pub(crate) async fn read(&self, own: &OwnUser) -> Result<User, Trouble> {
        Ok(self.client.read_user(&own.id).await?)
    }

    async fn own_row(&self, own: &OwnUser) -> Result<Option<CrmUser>, Trouble> {
        self.row(|row| row.settings_id() == Some(&own.id)).await
    }

    async fn ask_about_address(&self, own: &OwnUser) {
        let stored = self.read(own).await.map(|user| user.email);
        let judged = stored
            .clone()
            .and_then(|stored| judge::email_stored(&own.sent, &stored));
        self.note(Question::Q7, "email-stored", judged);

        let lookup = match stored {
            Ok(stored) => self.look_up_otherwise(&stored).await,
            Err(trouble) => Err(trouble),
        };
        self.note(Question::Q7, "email", lookup);

        let again = self.post(&own.sent).await;
        if let Ok(reply) = &again {
            let fact = format!("an existing member: {}", reply.shape());
            self.fact(Question::Q4, fact);
        }
        let body = again.and_then(|reply| judge::body(409, &reply));
        self.note(Question::Q4, "conflict", body);
    }

    async fn look_up_otherwise(&self, stored: &str) -> Result<EmailLookup, Trouble> {
        // No system tells domains apart by case, so only the local part changes.
        let (local, domain) = stored.split_once('@').unwrap_or((stored, ""));
        let other = format!("{}@{domain}", local.to_uppercase());
        let by_email = [("idProperty", "EMAIL")];
        let path = user(&other);
        let reply = self.wire.ask(Method::GET, &path, &by_email, None).await?;
        judge::email_lookup(&reply)
    }

    async fn activation(&self, own: &OwnUser) -> Result<Activation, Trouble> {
        let name = "Probe";
        let body = with_field(json!({"firstName": name}), "roleId", self.settings.role());
        let put = self.put(&own.id, &body).await?;
        judge::activation(&put, name, &self.read(own).await?)
    }

    async fn omitted_role(&self, own: &OwnUser) -> Result<OmittedRole, Trouble> {
        let role = self
            .settings
            .role()
            .ok_or(Trouble::NotSet(settings::ROLES))?;
        self.put_with_role(&own.id, json!({})).await?;
        if self.read(own).await?.role_ids != [role] {
            return Err(Trouble::unclear(
                "HubSpot did not assign the permission set",
            ));
        }

        let body = match &self.settings.teams {
            Some([team, _]) => json!({"primaryTeamId": team}),
            None => json!({}),
        };
        let put = self.put(&own.id, &body).await?;
        if !put.is_success() {
            return Err(Trouble::of("PUT without roleId", &put));
        }
        let judged = judge::omitted_role(role, &self.read(own).await?);
        self.put_with_role(&own.id, json!({})).await?;
        judged
    }

    /// Returns whether the user has, or got, a CRM row.
    async fn ask_about_search(&self, own: &OwnUser) -> bool {
        let mut row = Ok(None);
        for _ in 0..LOOKS {
            row = self.own_row(own).await;
            if !matches!(row, Ok(None)) {
                break;
            }
            self.pause().await;
        }

        let had_row = matches!(row, Ok(Some(_)));
        let subject = match row {
            // A user before the first sign-in has no row, but a deactivated user has one.
            Ok(None) => self.deactivated_row(0).await,
            Ok(Some(row)) => Ok(row),
            Err(trouble) => Err(trouble),
        };
        let search = match subject {
            Ok(row) => self.search(&row).await,
            Err(trouble) => Err(trouble),
        };
        self.note(Question::Other, "search", search);
        had_row
    }

    async fn search(&self, row: &CrmUser) -> Result<Timing, Trouble> {
        let title = format!("scim-probe-{}", self.nonce);
        let update = CrmUserUpdate::new().with(property::JOB_TITLE, &title);
        self.client.update_crm_user(&row.id, &update).await?;
        let search = CrmSearch::new().equal(property::JOB_TITLE, &title);
        let found = self.client.search_crm_users(&search).await;
        let before = row.get(property::JOB_TITLE).unwrap_or_default();
        let back = CrmUserUpdate::new().with(property::JOB_TITLE, before);
        self.client.update_crm_user(&row.id, &back).await?;
        let is_it = |found: &CrmUser| found.id == row.id;
        Ok(judge::timing(found?.results.iter().any(is_it)))
    }
}
