//! Teams: the flat list, and the members from the team's side.

use serde_json::{Value, json};

use super::body::{object, text};
use super::{Account, Key, unique};
use crate::client::Team;
use crate::emulator::answer::Answer;
use crate::emulator::behavior::{DefaultMember, TeamRemoval};

impl Account {
    pub(in crate::emulator) fn teams(&self) -> Vec<Team> {
        let mut teams: Vec<Team> = self
            .teams
            .iter()
            .map(|(id, name)| Team::new(id, name))
            .collect();

        for (id, person) in &self.people {
            let Some(member) = &person.membership else {
                continue;
            };
            for team in &mut teams {
                if member.main_team.as_ref() == Some(&team.id) {
                    team.user_ids.push(id.to_string());
                }
                if member.extra_teams.contains(&team.id) {
                    team.secondary_user_ids.push(id.to_string());
                }
            }
        }

        teams
    }

    pub(in crate::emulator) fn teams_json(&self) -> Value {
        let team = |team: Team| {
            json!({
                "id": team.id,
                "name": team.name,
                "userIds": team.user_ids,
                "secondaryUserIds": team.secondary_user_ids,
            })
        };
        json!({"results": self.teams().into_iter().map(team).collect::<Vec<_>>()})
    }

    /// Puts a member into a team.
    pub(in crate::emulator) fn join(&mut self, team: &str, body: &Value) -> Result<Value, Answer> {
        let body = object(body)?;
        let user = text(body, "userId")?.present();
        let user = Key::Id(
            user.ok_or_else(|| Answer::invalid("userId is required."))?
                .to_owned(),
        );
        let main = is_main(text(body, "type")?.present())?;

        let team = self.known_team(team).map_err(|_| Answer::not_found())?;
        let (id, ..) = self.membership_of(&user).ok_or_else(Answer::not_found)?;
        let stays = self.setup.behavior.default_member == DefaultMember::Extra;
        let member = self
            .people
            .get_mut(&id)
            .and_then(|person| person.membership.as_mut());
        let member = member.ok_or_else(Answer::not_found)?;

        let elsewhere = member.main_team.as_ref().is_some_and(|main| *main != team);
        if main && !(elsewhere && stays) {
            member.main_team = Some(team);
        } else {
            member.extra_teams.push(team);
            member.extra_teams = unique(std::mem::take(&mut member.extra_teams));
        }
        Ok(Value::Object(body.clone()))
    }

    /// Takes a member out of a team. Without a kind, the team must be the main one.
    pub(in crate::emulator) fn leave(
        &mut self,
        team: &str,
        user: &str,
        kind: Option<&str>,
    ) -> Result<(), Answer> {
        let main = is_main(kind)?;
        if self.setup.behavior.team_removal == TeamRemoval::Missing {
            return Err(Answer::not_found());
        }

        let (id, ..) = self
            .membership_of(&Key::Id(user.to_owned()))
            .ok_or_else(Answer::not_found)?;
        let member = self
            .people
            .get_mut(&id)
            .and_then(|person| person.membership.as_mut());
        let member = member.ok_or_else(Answer::not_found)?;

        if main && member.main_team.as_deref() == Some(team) {
            member.main_team = None;
            return Ok(());
        }

        let before = member.extra_teams.len();
        if !main {
            member.extra_teams.retain(|held| held != team);
        }
        if member.extra_teams.len() == before {
            return Err(Answer::not_found());
        }
        Ok(())
    }
}

fn is_main(kind: Option<&str>) -> Result<bool, Answer> {
    match kind {
        None | Some("DEFAULT") => Ok(true),
        Some("EXTRA") => Ok(false),
        Some(_) => Err(Answer::invalid("type must be DEFAULT or EXTRA.")),
    }
}
