//! The CRM rows of the users.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::body::object;
use super::{Account, Key, PageRequest, Person};
use crate::client::{CrmUser, PAGE_LIMIT};
use crate::emulator::answer::Answer;
use crate::emulator::behavior::Timing;
use crate::emulator::seed;

/// The distance from the id of a user to the id of the row.
const CRM_ID_OFFSET: u64 = 90_000_000_000;

/// The number of failed look-ups of a late row, once the person is active.
const LATE_LOOKS: u32 = 2;

/// A person's row.
#[derive(Clone, Debug, Default)]
pub(super) struct CrmRow {
    /// Whether the row appears some time after the first sign-in.
    comes_late: bool,
    looks_left: u32,
    properties: BTreeMap<String, String>,
}

impl CrmRow {
    pub(super) fn new(timing: Timing) -> Self {
        let comes_late = timing == Timing::Late;
        Self {
            comes_late,
            looks_left: if comes_late { LATE_LOOKS } else { 0 },
            properties: BTreeMap::new(),
        }
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.properties.remove(name);
        } else {
            self.properties.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Person {
    /// Looks for the row. Each look brings a late row closer.
    pub(super) fn look_for_row(&mut self) -> Option<&mut CrmRow> {
        let row = self.crm.as_mut()?;
        if !row.comes_late {
            return Some(row);
        }
        if !self.activated {
            return None;
        }

        if row.looks_left > 0 {
            row.looks_left = row.looks_left.saturating_sub(1);
            return None;
        }
        Some(row)
    }

    /// Returns all properties that have a value, even of a row that is still late.
    pub(super) fn properties(&self, id: u64) -> Option<BTreeMap<String, String>> {
        let member = self.membership.as_ref();
        let deactivated = member.is_some_and(|member| member.deactivated);
        let mut properties = self.crm.as_ref()?.properties.clone();

        for (name, value) in [
            ("hs_object_id", crm_id(id)),
            ("hs_internal_user_id", id.to_string()),
            ("hs_email", self.email.clone()),
            ("hs_given_name", self.first_name.clone().unwrap_or_default()),
            ("hs_family_name", self.last_name.clone().unwrap_or_default()),
            ("hs_deactivated", deactivated.to_string()),
            ("hs_is_bot", false.to_string()),
            (
                "hs_is_app_service_account",
                self.is_service_account.to_string(),
            ),
            (
                "hs_is_hubspot_generated_app_service_account",
                false.to_string(),
            ),
        ] {
            if !value.is_empty() {
                properties.insert(name.to_owned(), value);
            }
        }

        Some(properties)
    }
}

impl Account {
    pub(in crate::emulator) fn crm_read(
        &mut self,
        key: &str,
        wanted: &[String],
    ) -> Result<Value, Answer> {
        let id = id_of_row(key)?;
        let person = self.people.get_mut(&id).ok_or_else(Answer::not_found)?;
        person.look_for_row().ok_or_else(Answer::not_found)?;
        let properties = person.properties(id).unwrap_or_default();
        Ok(row_json(id, &properties, wanted))
    }

    /// Returns the rows of a page, and the last user's id if more rows follow.
    pub(in crate::emulator) fn crm_page(
        &mut self,
        request: PageRequest,
        wanted: &[String],
    ) -> Result<(Vec<Value>, Option<u64>), Answer> {
        if request.limit > PAGE_LIMIT {
            return Err(Answer::invalid("limit is larger than 100."));
        }

        let first = request.after.unwrap_or(0).saturating_add(1);
        let mut rows = Vec::new();
        let mut last = None;
        for (id, person) in self.people.range_mut(first..) {
            if person.look_for_row().is_none() {
                continue;
            }
            if rows.len() >= usize::from(request.limit) {
                return Ok((rows, last));
            }
            let properties = person.properties(*id).unwrap_or_default();
            rows.push(row_json(*id, &properties, wanted));
            last = Some(*id);
        }
        Ok((rows, None))
    }

    pub(in crate::emulator) fn crm_update(
        &mut self,
        key: &str,
        body: &Value,
    ) -> Result<Value, Answer> {
        let body = object(body)?;
        let given = body.get("properties").and_then(Value::as_object);
        let given = given.ok_or_else(|| Answer::invalid("properties is required."))?;

        let mut changes = Vec::new();
        for (name, value) in given {
            changes.push((name.clone(), self.value_for(name, value)?));
        }

        let id = id_of_row(key)?;
        let person = self.people.get_mut(&id).ok_or_else(Answer::not_found)?;
        let row = person.look_for_row().ok_or_else(Answer::not_found)?;
        for (name, value) in &changes {
            row.set(name, value);
        }

        let properties = person.properties(id).unwrap_or_default();
        let written: Vec<String> = changes.into_iter().map(|(name, _)| name).collect();
        Ok(row_json(id, &properties, &written))
    }

    /// Checks a value for a property, and returns it as text.
    fn value_for(&self, name: &str, value: &Value) -> Result<String, Answer> {
        let refused = |code: &str| {
            let message = format!("Property values were not valid: {name}");
            Answer::invalid_with_code(&message, code)
        };
        match self.is_writable(name) {
            None => return Err(refused("PROPERTY_DOESNT_EXIST")),
            Some(false) => return Err(refused("READ_ONLY_VALUE")),
            Some(true) => {}
        }

        let value = match value {
            Value::Null => String::new(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::String(text) => text.clone(),
            Value::Array(_) | Value::Object(_) => return Err(refused("INVALID_VALUE")),
        };

        // IANA names have an area and a place. UTC is the only other name here.
        let is_zone = value.is_empty() || value == "UTC" || value.contains('/');
        if name == "hs_standard_time_zone" && !is_zone {
            return Err(refused("INVALID_OPTION"));
        }
        Ok(value)
    }

    /// Whether the API can write a property, or `None` if the account does not have it.
    pub(super) fn is_writable(&self, name: &str) -> Option<bool> {
        let known = seed::PROPERTIES.iter().find(|(known, ..)| *known == name);
        known.map(|(.., writable)| *writable).or_else(|| {
            let own = self.setup.properties.iter().any(|own| own == name);
            own.then_some(true)
        })
    }

    pub(in crate::emulator) fn crm_properties(&self) -> Value {
        let property = |name: &str, label: &str, writable: bool| {
            json!({
                "name": name,
                "label": label,
                "type": "string",
                "fieldType": "text",
                "groupName": "userinformation",
                "archived": false,
                "modificationMetadata": {"readOnlyValue": !writable},
            })
        };

        let known = seed::PROPERTIES
            .iter()
            .map(|(name, label, writable)| property(name, label, *writable));
        let own = self
            .setup
            .properties
            .iter()
            .map(|name| property(name, name, true));
        json!({"results": known.chain(own).collect::<Vec<_>>()})
    }

    /// Returns the row, even if it is still late.
    pub(in crate::emulator) fn crm_user(&self, key: &Key) -> Option<CrmUser> {
        let id = self.id(key)?;
        let mut row = CrmUser::new(crm_id(id));
        let properties = self.people.get(&id)?.properties(id)?;
        row.properties = properties
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect();
        Some(row)
    }
}

fn id_of_row(key: &str) -> Result<u64, Answer> {
    let id = key
        .parse()
        .ok()
        .and_then(|id: u64| id.checked_sub(CRM_ID_OFFSET));
    id.ok_or_else(Answer::not_found)
}

fn crm_id(id: u64) -> String {
    id.saturating_add(CRM_ID_OFFSET).to_string()
}

/// Returns a row with the wanted properties and the one that HubSpot always adds.
pub(super) fn row_json(id: u64, properties: &BTreeMap<String, String>, wanted: &[String]) -> Value {
    let is_extra = |name: &&String| name.as_str() != "hs_object_id";
    let mut shown: serde_json::Map<String, Value> = wanted
        .iter()
        .filter(is_extra)
        .map(|name| (name.clone(), properties.get(name).cloned().into()))
        .collect();
    shown.insert("hs_object_id".to_owned(), crm_id(id).into());
    json!({"id": crm_id(id), "properties": shown, "archived": false})
}
