//! Changes that do not come through the API.

use super::{Account, Key};

/// A change by an administrator in HubSpot's own pages, or by people in their own profile.
#[derive(Clone, Debug)]
pub(in crate::emulator) enum ByHand {
    Activate,
    Deactivated(bool),
    ExtraTeams(Vec<String>),
    MainTeam(Option<String>),
    Name(String, String),
    Property(String, String),
    Roles(Vec<String>),
    Seats(Vec<String>),
    SuperAdmin(bool),
}

impl Account {
    /// Makes a change. Returns `false` if there is no such member.
    pub(in crate::emulator) fn change_by_hand(&mut self, key: &Key, change: ByHand) -> bool {
        let id = self.id(key);
        let Some(person) = id.and_then(|id| self.people.get_mut(&id)) else {
            return false;
        };
        let Some(member) = &mut person.membership else {
            return false;
        };

        match change {
            ByHand::Activate => person.activated = true,
            ByHand::Deactivated(is) => member.deactivated = is,
            ByHand::ExtraTeams(ids) => member.extra_teams = ids,
            ByHand::MainTeam(id) => member.main_team = id,
            ByHand::Name(first, last) => {
                person.first_name = Some(first);
                person.last_name = Some(last);
            }
            ByHand::Property(name, value) => {
                let Some(row) = &mut person.crm else {
                    return false;
                };
                row.set(&name, &value);
            }
            ByHand::Roles(ids) => member.role_ids = ids,
            ByHand::Seats(names) => member.seats = names,
            ByHand::SuperAdmin(is) => member.super_admin = is,
        }

        true
    }
}
