//! Questions about a removal and a return.

use http::Method;
use hubspot_adapter::emulator::behavior::{CrmRowAfterRemoval, Timing};
use serde_json::Value;

use super::own_user::OwnUser;
use crate::judge;
use crate::probe::{LOOKS, Probe, user};
use crate::report::{Question, Trouble};

impl Probe {
    /// Removes the probe's own user, and creates them again.
    pub(crate) async fn ask_about_removal(&self, own: &OwnUser, had_row: bool) {
        let removed = self
            .wire
            .ask(Method::DELETE, &user(&own.id), &[], None)
            .await;
        let refused = match removed {
            Ok(reply) if reply.is_success() => None,
            Ok(reply) => Some(Trouble::of("DELETE", &reply)),
            Err(trouble) => Some(trouble),
        };

        if let Some(trouble) = refused {
            for key in ["removed", "absent", "crm-removed", "freed-seat"] {
                self.open(Question::Other, key, trouble.clone());
            }
            return;
        }

        let listed = self.in_list(|row| row.id == own.id).await;
        let removed = listed.map(|row| judge::timing(row.is_none()));
        self.note(Question::Other, "removed", removed);

        let read = self.wire.ask(Method::GET, &user(&own.id), &[], None).await;
        if let Ok(reply) = &read {
            let fact = format!("a removed user: {}", reply.shape());
            self.fact(Question::Other, fact);
        }
        let absent = read.and_then(|reply| judge::body(404, &reply));
        self.note(Question::Other, "absent", absent);

        if had_row {
            let row = self.row_after_removal(&own.id).await;
            self.note(Question::Other, "crm-removed", row);
        }

        let freed = self.recreate(own).await;
        self.note(Question::Other, "freed-seat", freed);
    }

    /// Looks several times for the CRM row of a removed user.
    pub(crate) async fn row_after_removal(&self, id: &str) -> Result<CrmRowAfterRemoval, Trouble> {
        let mut is_there = true;
        for _ in 0..LOOKS {
            is_there = self
                .row(|row| row.settings_id() == Some(id))
                .await?
                .is_some();
            if !is_there {
                break;
            }
            self.pause().await;
        }
        Ok(judge::crm_row_after_removal(is_there))
    }

    async fn recreate(&self, own: &OwnUser) -> Result<Timing, Trouble> {
        let first = self.post(&own.sent).await?;
        let judged = judge::freed_seat(&first);
        let mut reply = first;
        for _ in 0..LOOKS {
            if reply.status != 400 {
                break;
            }
            self.pause().await;
            reply = self.post(&own.sent).await?;
        }

        if let Some(id) = reply.body.get("id").and_then(Value::as_str) {
            self.journal.made_user(&own.sent, id);
            let same = if id == own.id { "the same" } else { "another" };
            self.fact(Question::Other, format!("a returning user has {same} id"));
        }
        judged
    }
}
