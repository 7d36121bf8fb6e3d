//! The creation of a user: POST.

use serde_json::Value;

use super::body::{TextField, object, plausible, text, texts};
use super::crm::CrmRow;
use super::row::row;
use super::{Account, Membership, Person, folded, replace, unique};
use crate::emulator::answer::Answer;
use crate::emulator::behavior::{Activation, DeactivatedCreation, ListRows, StoredEmail, Timing};

impl Account {
    /// Creates a membership. `billing` says whether the token has the billing scope.
    pub(in crate::emulator) fn create(
        &mut self,
        body: &Value,
        billing: bool,
    ) -> Result<(u64, Value), Answer> {
        let body = object(body)?;
        let email = match text(body, "email")? {
            TextField::Text(email) if plausible(email) => email,
            TextField::Text(_) => {
                return Err(Answer::invalid("email is not a valid e-mail address."));
            }
            TextField::Absent | TextField::Null => {
                return Err(Answer::invalid("email is required."));
            }
        };
        let Some(send_welcome_email) = body.get("sendWelcomeEmail").and_then(Value::as_bool) else {
            return Err(Answer::invalid("sendWelcomeEmail is required."));
        };
        let membership = self.new_membership(body, billing)?;
        let first_name = text(body, "firstName")?.present();
        let last_name = text(body, "lastName")?.present();

        let known = self.by_email.get(&folded(email)).copied();
        let id = known.unwrap_or(self.next_id);
        self.admit(id)?;
        self.take_paid_seat(&membership, known)?;

        if known.is_none() {
            self.next_id = self.next_id.saturating_add(1);
            self.by_email.insert(folded(email), id);
        }

        let behavior = self.setup.behavior;
        let person = self.people.entry(id).or_insert_with(|| Person {
            activated: behavior.activation == Activation::Immediate,
            ..Person::default()
        });
        person.email = match behavior.email_stored {
            StoredEmail::AsSent => email.to_owned(),
            StoredEmail::LowerCase => email.to_lowercase(),
        };
        if person.activated {
            replace(&mut person.first_name, first_name);
            replace(&mut person.last_name, last_name);
        }

        let mut answer = row(id, person, &membership, ListRows::Full);
        if let Some(field) = answer.get_mut("sendWelcomeEmail") {
            *field = send_welcome_email.into();
        }

        person
            .crm
            .get_or_insert_with(|| CrmRow::new(behavior.crm_row));
        person.lingering = None;
        person.listed_after = match behavior.creation_in_list {
            Timing::AtOnce => 0,
            Timing::Late => self.walks.saturating_add(1),
        };
        person.membership = Some(membership);
        Ok((id, answer))
    }

    fn new_membership(
        &self,
        body: &serde_json::Map<String, Value>,
        billing: bool,
    ) -> Result<Membership, Answer> {
        let role = text(body, "roleId")?.present();
        let role = role
            .map(|role| self.assignable_role(role, billing))
            .transpose()?;

        let main_team = text(body, "primaryTeamId")?
            .present()
            .map(|id| self.known_team(id));
        let extra_teams = texts(body, "secondaryTeamIds")?.unwrap_or_default();
        let extra_teams: Vec<String> = extra_teams
            .into_iter()
            .map(|id| self.known_team(id))
            .collect::<Result<_, _>>()?;

        let seats = texts(body, "seatNames")?.unwrap_or_default();
        Ok(Membership {
            role_ids: role.map(|role| role.id.clone()).into_iter().collect(),
            main_team: main_team.transpose()?,
            extra_teams: unique(extra_teams),
            seats: self.seats_for(&seats, None, &[], billing)?,
            ..Membership::default()
        })
    }

    /// Checks that the person may become a member now. The first check after a removal uses up a late seat.
    fn admit(&mut self, id: u64) -> Result<(), Answer> {
        let revives = self.setup.behavior.deactivated_creation == DeactivatedCreation::Revived;
        let conflict = self.conflict();
        let Some(person) = self.people.get_mut(&id) else {
            return Ok(());
        };

        if let Some(member) = &person.membership {
            if !(member.deactivated && revives) {
                return Err(conflict);
            }
        }

        if std::mem::take(&mut person.awaits_seat) {
            return Err(Answer::no_seat());
        }
        Ok(())
    }
}
