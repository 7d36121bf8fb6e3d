//! Questions about seats, and about permission sets that take one.

use http::Method;
use hubspot_adapter::client::CLEARED_SEATS;
use hubspot_adapter::dialect::SeatsGiven;
use hubspot_adapter::emulator::behavior::PaidRoleRefusal;
use serde_json::json;

use super::own_user::OwnUser;
use crate::judge;
use crate::probe::{Probe, user};
use crate::report::{Question, Trouble};
use crate::settings;
use crate::wire::Wire;

impl Probe {
    pub(crate) async fn ask_about_seats(&self, own: &OwnUser) {
        let kinds = self.client.seats().await.map_err(Trouble::from);
        match &kinds {
            Ok(seats) => {
                let names: Vec<&str> = seats.iter().map(|seat| seat.name.as_str()).collect();
                self.fact(Question::Q3, format!("kinds: {}", names.join(", ")));
            }
            Err(trouble) => self.open(Question::Q3, "the list of seats", trouble.clone()),
        }

        let seats = self.seats(own).await;
        self.note(Question::Q3, "seats", seats);

        let lacks_scope = matches!(kinds, Err(Trouble::Scope(_)));
        let paid = self.paid_role(own, lacks_scope).await;
        self.note(Question::Q3, "paid-role", paid);
    }

    async fn seats(&self, own: &OwnUser) -> Result<SeatsGiven, Trouble> {
        let pair = self.settings.seats.as_ref();
        let pair = pair.ok_or(Trouble::NotSet(settings::SEATS))?;
        let [first, second] = pair;
        self.put_with_role(&own.id, json!({"seatNames": [first]}))
            .await?;

        let before = self.read(own).await?;
        self.put_with_role(&own.id, json!({"seatNames": [second]}))
            .await?;
        let judged = judge::seats(pair, &before, &self.read(own).await?)?;
        self.put_with_role(&own.id, json!({"seatNames": [CLEARED_SEATS]}))
            .await?;

        let cleared = if self.read(own).await?.seat_names.is_empty() {
            "[\"\"] clears them"
        } else {
            "[\"\"] does not clear them"
        };
        self.fact(Question::Q3, cleared);
        Ok(judged)
    }

    async fn paid_role(
        &self,
        own: &OwnUser,
        lacks_scope: bool,
    ) -> Result<PaidRoleRefusal, Trouble> {
        let roles = self.client.roles().await?;
        let paid = roles.iter().find(|role| role.requires_billing_write);
        let paid = paid.ok_or_else(|| {
            Trouble::unclear("no permission set of the account takes a paid seat")
        })?;

        let other = match &self.settings.token_without_billing {
            Some(token) => {
                let wire = Wire::new(&self.settings.base_url, token, &self.timer);
                Some(wire.map_err(|why| Trouble::unclear(&why))?)
            }
            None if lacks_scope => None,
            None => return Err(Trouble::NotSet(settings::TOKEN_WITHOUT_BILLING)),
        };
        let wire = other.as_ref().unwrap_or(&self.wire);

        let body = json!({"roleId": paid.id});
        let reply = wire
            .ask(Method::PUT, &user(&own.id), &[], Some(&body))
            .await?;
        self.fact(
            Question::Q3,
            format!("a paid permission set: {}", reply.shape()),
        );
        let judged = judge::paid_role(&reply);
        self.put_with_role(&own.id, json!({})).await?;
        judged
    }
}
