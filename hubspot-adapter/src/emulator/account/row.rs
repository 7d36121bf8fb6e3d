//! A user as HubSpot's JSON, and as the client's type.

use serde_json::{Value, json};

use super::{Membership, Person};
use crate::client::User;
use crate::emulator::behavior::ListRows;

pub(super) fn row(id: u64, person: &Person, member: &Membership, rows: ListRows) -> Value {
    let mut row = json!({
        "id": id.to_string(),
        "email": person.email,
        "roleIds": member.role_ids,
        "superAdmin": member.super_admin,
    });
    let mut set = |field: &str, value: Value| {
        if let Some(object) = row.as_object_mut() {
            object.insert(field.to_owned(), value);
        }
    };

    for (field, value) in [
        ("firstName", person.first_name.as_ref()),
        ("lastName", person.last_name.as_ref()),
        ("roleId", member.role_ids.first()),
    ] {
        if let Some(value) = value {
            set(field, value.clone().into());
        }
    }

    match rows {
        ListRows::Bare => {}
        ListRows::Full => {
            if let Some(team) = &member.main_team {
                set("primaryTeamId", team.clone().into());
            }
            set("secondaryTeamIds", member.extra_teams.clone().into());
            set("seatNames", member.seats.clone().into());
            set("sendWelcomeEmail", false.into());
        }
    }

    row
}

pub(super) fn user(id: u64, person: &Person, member: &Membership) -> User {
    let mut user = User::new(id.to_string(), &person.email);
    (*user.first_name).clone_from(&person.first_name);
    (*user.last_name).clone_from(&person.last_name);
    user.role_id = member.role_ids.first().cloned();
    user.role_ids.clone_from(&member.role_ids);
    user.super_admin = member.super_admin;
    user.primary_team_id.clone_from(&member.main_team);
    user.secondary_team_ids.clone_from(&member.extra_teams);
    user.seat_names.clone_from(&member.seats);
    user
}
