//! The change of a user: PUT, which does not replace. See [`Behavior`](crate::emulator::Behavior).

use serde_json::{Map, Value};

use super::body::{TextField, object, text, texts};
use super::row::row;
use super::{Account, Key, Membership, Person, replace, unique};
use crate::client::{CLEARED_TEAM, SUPER_ADMIN, USER_NOT_ON_ANY_HUBS, WRITABLE_ROLES};
use crate::dialect::{ExtraTeams, OmittedRole};
use crate::emulator::answer::Answer;
use crate::emulator::behavior::{ListRows, SuperAdminRefusal, WriteOutcome};

impl Account {
    pub(in crate::emulator) fn update(
        &mut self,
        key: &Key,
        body: &Value,
        billing: bool,
    ) -> Result<Value, Answer> {
        let body = object(body)?;
        let (id, person, member) = self.find_member(key)?;
        let (mut person, mut member) = (person.clone(), member.clone());

        if member.super_admin {
            return Err(self.super_admin_refused());
        }
        if member.deactivated && self.setup.behavior.deactivated_update == WriteOutcome::Refused {
            return Err(Answer::invalid("A deactivated user cannot be updated."));
        }

        rename(&mut person, body)?;
        self.give_role(id, &mut member, body, billing)?;
        self.give_teams(&mut member, body)?;
        if let Some(seats) = texts(body, "seatNames")? {
            member.seats = self.seats_for(&seats, Some(id), &member.seats, billing)?;
        }

        let answer = row(id, &person, &member, ListRows::Full);
        person.membership = Some(member);
        self.people.insert(id, person);
        Ok(answer)
    }

    pub(super) fn super_admin_refused(&self) -> Answer {
        let message = format!("A {SUPER_ADMIN} cannot be changed.");
        match self.setup.behavior.super_admin_refusal {
            SuperAdminRefusal::Invalid => Answer::invalid(&message),
            SuperAdminRefusal::Forbidden => Answer::error(http::StatusCode::FORBIDDEN, &message),
        }
    }

    fn give_role(
        &self,
        id: u64,
        member: &mut Membership,
        body: &Map<String, Value>,
        billing: bool,
    ) -> Result<(), Answer> {
        match text(body, "roleId")? {
            TextField::Text(role) => {
                let held = member.role_ids.iter().any(|held| held == role);
                let role = self.assignable_role(role, billing || held)?.id.clone();
                member.role_ids = vec![role];
                if !held {
                    self.take_paid_seat(member, Some(id))?;
                }
            }
            TextField::Absent | TextField::Null => match self.setup.behavior.dialect.omitted_role {
                OmittedRole::Wiped => member.role_ids.clear(),
                OmittedRole::Kept => member.role_ids.truncate(WRITABLE_ROLES),
            },
        }
        Ok(())
    }

    fn give_teams(&self, member: &mut Membership, body: &Map<String, Value>) -> Result<(), Answer> {
        match text(body, "primaryTeamId")? {
            TextField::Text(CLEARED_TEAM) => member.main_team = None,
            TextField::Text(team) => member.main_team = Some(self.known_team(team)?),
            TextField::Absent | TextField::Null => {}
        }

        match texts(body, "secondaryTeamIds")?.as_deref() {
            None | Some([]) => {}
            Some([CLEARED_TEAM]) => member.extra_teams.clear(),
            Some(given) => {
                let given: Vec<String> = given
                    .iter()
                    .map(|id| self.known_team(id))
                    .collect::<Result<_, _>>()?;
                let mut teams = match self.setup.behavior.dialect.extra_teams {
                    ExtraTeams::Additive => std::mem::take(&mut member.extra_teams),
                    ExtraTeams::Replacing => Vec::new(),
                };
                teams.extend(given);
                member.extra_teams = unique(teams);
            }
        }
        Ok(())
    }
}

fn rename(person: &mut Person, body: &Map<String, Value>) -> Result<(), Answer> {
    let first_name = text(body, "firstName")?.text();
    let last_name = text(body, "lastName")?.text();
    if !person.activated && (first_name.is_some() || last_name.is_some()) {
        return Err(Answer::invalid_with_code(
            &format!("The name cannot be changed: {USER_NOT_ON_ANY_HUBS}"),
            USER_NOT_ON_ANY_HUBS,
        ));
    }
    replace(&mut person.first_name, first_name);
    replace(&mut person.last_name, last_name);
    Ok(())
}
