//! The effect of a PUT on two permission sets, asked of the user that the settings name.

use hubspot_adapter::client::User;
use serde_json::{Value, json};

use crate::probe::{Probe, with_field};
use crate::report::{Question, Trouble};
use crate::settings;

const WHAT: &str = "two permission sets";

impl Probe {
    pub(crate) async fn ask_about_several_roles(&self) {
        let named = self.settings.several.as_deref();
        let asked = match named.ok_or(Trouble::NotSet(settings::SEVERAL)) {
            Ok(address) => self.try_two_roles(address).await,
            Err(trouble) => Err(trouble),
        };
        match asked {
            Ok(fact) => self.fact(Question::Q2, fact),
            Err(trouble) => self.open(Question::Q2, WHAT, trouble),
        }
    }

    /// Sends a PUT without `roleId`, and then one with it if both permission sets are still there.
    async fn try_two_roles(&self, address: &str) -> Result<String, Trouble> {
        let user = self.client.read_user_by_email(address).await?;
        let is_it = user.email.eq_ignore_ascii_case(address) && !user.super_admin;
        let (true, [first, _]) = (is_it, user.role_ids.as_slice()) else {
            return Err(Trouble::unclear(
                "the named user does not have two permission sets",
            ));
        };

        let without = self.count_roles_after(&user, &json!({})).await;
        let again = json!({"roleId": first});

        let said = match &without {
            Ok(2) => {
                let with = self.count_roles_after(&user, &again).await?;
                Ok(format!("2 left without roleId, {with} with it"))
            }
            Ok(left) => Ok(format!("{left} left without roleId")),
            Err(trouble) => Err(trouble.clone()),
        };

        // The user must not end without a permission set.
        self.count_roles_after(&user, &again).await?;
        said.map(|left| format!("{WHAT}: {left}"))
    }

    /// Counts the permission sets after a PUT of this and the unchanged main team.
    async fn count_roles_after(&self, user: &User, body: &Value) -> Result<usize, Trouble> {
        let team = user.primary_team_id.as_deref();
        let body = with_field(body.clone(), "primaryTeamId", team);
        let reply = self.put(&user.id, &body).await?;
        if !reply.is_success() {
            return Err(Trouble::of("PUT", &reply));
        }
        Ok(self.client.read_user(&user.id).await?.role_ids.len())
    }
}
