//! The wanted end of a request.

use hubspot_adapter::client::User;
use hubspot_adapter::emulator::behavior::Activation;
use serde_json::Value;

use super::case::{Case, Deprovision, NO_ACCESS, NOWHERE};
use super::situation::{Act, RoleTo};
use super::stage::{Held, values};

impl Case {
    /// Whether the user has access after the request.
    pub(crate) fn ends_present(&self) -> bool {
        matches!(
            self.act(),
            Act::Make | Act::Change | Act::Return | Act::Resume
        )
    }

    /// Whether HubSpot refuses names so far.
    pub(crate) fn name_waits(&self) -> bool {
        self.account.behavior.activation == Activation::Waits
            && (self.act() == Act::Make && !self.was_removed() || !self.person.is_activated)
    }

    /// The settings in HubSpot that differ from the wanted ones.
    pub(crate) fn missing(&self, held: &Held) -> Vec<String> {
        let act = self.act();
        let user = held.as_ref().map(|(user, _)| user);
        let mut missing = Vec::new();
        match (act, user) {
            (Act::Disable, None) if self.rules.deprovision == Deprovision::Remove => {}
            (Act::Disable, Some(user)) if self.rules.deprovision == Deprovision::NoAccess => {
                missing.extend(self.access_left(user));
            }
            (Act::StayAway, None) if self.was_removed() => {}
            (Act::StayAway, Some(user)) => missing.extend(self.access_left(user)),
            (Act::Make | Act::Change | Act::Return | Act::Resume, Some(user)) => {
                missing.extend(self.missing_settings(user));
                if !self.name_waits() {
                    missing.extend(self.missing_names(user));
                }
            }
            (Act::Link | Act::Rest, Some(_)) => {}
            (_, Some(_)) => missing.push("the user is there".to_owned()),
            (_, None) => missing.push("the user is not there".to_owned()),
        }
        missing
    }

    fn access_left(&self, user: &User) -> Option<String> {
        let is_placed = user.primary_team_id.is_some()
            || !user.secondary_team_ids.is_empty()
            || (self.account.has_billing && !user.seat_names.is_empty());
        let has_access = is_placed || user.role_ids != [NO_ACCESS];
        has_access.then(|| format!("access is left: {user:?}"))
    }

    fn missing_settings(&self, user: &User) -> Vec<String> {
        let act = self.act();
        let mut missing = Vec::new();
        let mut check = |what: &str, held: &[String], wanted: &[&str]| {
            if held != wanted {
                missing.push(format!("{what} are {held:?} and not {wanted:?}"));
            }
        };
        let is_back = matches!(act, Act::Return | Act::Resume) && self.is_restored();
        let keeps_places = act == Act::Change || is_back;
        let roles = match self.role_to() {
            RoleTo::Become(id) => vec![id],
            RoleTo::Stay if act == Act::Change => self.person.roles.clone(),
            RoleTo::Go | RoleTo::Stay => Vec::new(),
        };
        check("roles", &user.role_ids, &roles);
        let main: Vec<String> = user.primary_team_id.iter().cloned().collect();
        let team = self.person.main_team.filter(|_| keeps_places);
        check("main team", &main, team.as_slice());
        let mut extra = self.person.extra_teams.clone();
        extra.retain(|_| keeps_places);
        check("extra teams", &user.secondary_team_ids, &extra);
        let seats = self.wanted_seats().unwrap_or_else(|| self.held_seats());
        check("seats", &user.seat_names, &seats);
        missing
    }

    /// The names that differ from the wanted ones, once HubSpot accepts names.
    pub(crate) fn missing_names(&self, user: &User) -> Vec<String> {
        let held = [&user.first_name, &user.last_name];
        let wished = [self.wish.first_name, self.wish.last_name];
        let before = self
            .person
            .name
            .map_or([""; 2], |(first, last)| [first, last]);
        // Clearing a name that is not shown changes nothing, even if HubSpot has an unshown one.
        let asked = wished
            .into_iter()
            .zip(self.shown_name())
            .map(|(wish, shown)| wish.filter(|wish| *wish != shown));
        let names = held.into_iter().zip(asked).zip(before);
        let wrong = names.filter(|((held, asked), before)| {
            held.as_deref().unwrap_or_default() != asked.unwrap_or(before)
        });
        wrong
            .map(|((held, asked), before)| format!("name {held:?}, not {asked:?} or {before:?}"))
            .collect()
    }

    /// The values of the row that differ from the wanted ones, once no value is pending.
    pub(crate) fn missing_values(&self, held: &Held) -> Vec<String> {
        if !self.account.reads_crm {
            return Vec::new();
        }
        let Some((_, Some(row))) = held else {
            return vec!["there is no row".to_owned()];
        };
        let of_another = self.act() == Act::Make;
        let mut missing = Vec::new();
        let wishes = self.wish.row.into_iter().zip(self.person.row);
        for ((wish, before), held) in wishes.zip(values(row)) {
            let wanted = match wish {
                Some(NOWHERE) => continue,
                None if of_another => continue,
                None => before.unwrap_or_default(),
                Some(wish) => wish,
            };
            if held != wanted {
                missing.push(format!("row value {held:?}, not {wanted:?}"));
            }
        }
        missing
    }

    /// The requested values that an answer does not show.
    pub(crate) fn unshown(&self, shown: &Value) -> Vec<String> {
        let [title, phone, zone, department] = self.wish.row;
        let zone = zone.filter(|zone| *zone != NOWHERE);
        let enterprise = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let texts = [
            ("/name/givenName".to_owned(), self.wish.first_name),
            ("/name/familyName".to_owned(), self.wish.last_name),
            ("/title".to_owned(), title),
            ("/phoneNumbers/0/value".to_owned(), phone),
            ("/timezone".to_owned(), zone),
            (format!("{enterprise}/department"), department),
        ];
        let text = |path: &str| shown.pointer(path).and_then(Value::as_str);
        let mut unshown: Vec<String> = texts
            .into_iter()
            .filter(|(path, wish)| wish.is_some_and(|wish| text(path).unwrap_or_default() != wish))
            .map(|(path, wish)| format!("{path} is not {wish:?}"))
            .collect();
        let is_active = match self.act() {
            Act::Disable | Act::StayAway | Act::Rest => false,
            Act::Unknown
            | Act::Taken
            | Act::Link
            | Act::Make
            | Act::Change
            | Act::Enable
            | Act::Return
            | Act::Resume => !self.person.is_deactivated,
        };
        if shown.pointer("/active") != Some(&is_active.into()) {
            unshown.push(format!("active is not {is_active}"));
        }
        unshown
    }
}
