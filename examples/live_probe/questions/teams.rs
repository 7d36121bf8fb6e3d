//! Questions about teams, by user and from the team's side.

use http::Method;
use hubspot_adapter::client::{API_VERSION, CLEARED_TEAM, User};
use hubspot_adapter::dialect::ExtraTeams;
use hubspot_adapter::emulator::behavior::{DefaultMember, ListRows, TeamRemoval};
use serde_json::json;

use super::own_user::OwnUser;
use crate::judge;
use crate::probe::{LOOKS, Probe};
use crate::report::{Question, Trouble};
use crate::settings::{self, Pair};

impl Probe {
    pub(crate) async fn ask_about_teams(&self, own: &OwnUser) {
        let Some(pair) = &self.settings.teams else {
            for (question, key) in [
                (Question::Q1, "teams"),
                (Question::Q6, "list"),
                (Question::Q1, "team-removal"),
                (Question::Q1, "team-default"),
            ] {
                self.open(question, key, Trouble::NotSet(settings::TEAMS));
            }
            return;
        };

        let extra = self.extra_teams(own, pair).await;
        self.note(Question::Q1, "teams", extra);

        let list = self.list_rows(own).await;
        self.note(Question::Q6, "list", list);

        let removal = self.team_removal(own, pair).await;
        self.note(Question::Q1, "team-removal", removal);

        let default = self.default_member(own, pair).await;
        self.note(Question::Q1, "team-default", default);
    }

    async fn extra_teams(&self, own: &OwnUser, pair: &Pair) -> Result<ExtraTeams, Trouble> {
        let [first, second] = pair;
        let none = json!({"primaryTeamId": CLEARED_TEAM, "secondaryTeamIds": [CLEARED_TEAM]});
        self.put_with_role(&own.id, none).await?;
        let given = json!({"secondaryTeamIds": [first]});
        self.put_with_role(&own.id, given).await?;
        let before = self.read(own).await?;
        let given = json!({"secondaryTeamIds": [second]});
        self.put_with_role(&own.id, given).await?;
        judge::extra_teams(pair, &before, &self.read(own).await?)
    }

    async fn list_rows(&self, own: &OwnUser) -> Result<ListRows, Trouble> {
        if judge::list_rows(&self.read(own).await?) == ListRows::Bare {
            return Err(Trouble::unclear("the user is in no team"));
        }
        let mut row: Option<User> = None;
        for _ in 0..LOOKS {
            row = self.in_list(|row| row.id == own.id).await?;
            if row.is_some() {
                break;
            }
            self.pause().await;
        }
        row.map(|row| judge::list_rows(&row))
            .ok_or_else(|| Trouble::unclear("the list does not show the user"))
    }

    async fn team_removal(&self, own: &OwnUser, pair: &Pair) -> Result<TeamRemoval, Trouble> {
        let [_, team] = pair;
        if !self.read(own).await?.secondary_team_ids.contains(team) {
            return Err(Trouble::unclear("the user is not in the team"));
        }
        let path = ["settings", "teams", API_VERSION, team, "members", &own.id];
        let extra = [("type", "EXTRA")];
        let reply = self.wire.ask(Method::DELETE, &path, &extra, None).await?;
        self.fact(Question::Q1, format!("DELETE member: {}", reply.shape()));
        judge::team_removal(&reply, team, &self.read(own).await?)
    }

    async fn default_member(&self, own: &OwnUser, pair: &Pair) -> Result<DefaultMember, Trouble> {
        let [first, second] = pair;
        let main = json!({"primaryTeamId": first, "secondaryTeamIds": [CLEARED_TEAM]});
        self.put_with_role(&own.id, main).await?;
        let path = ["settings", "teams", API_VERSION, second, "members"];
        let member = json!({"userId": own.id, "type": "DEFAULT"});
        let reply = self
            .wire
            .ask(Method::POST, &path, &[], Some(&member))
            .await?;
        judge::default_member(pair, &reply, &self.read(own).await?)
    }
}
