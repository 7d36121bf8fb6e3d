//! The search for CRM users: the documented part that clients use.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::body::{object, text, texts};
use super::crm::row_json;
use super::{Account, owned};
use crate::client::limits::{SEARCH_LENGTH, SEARCH_PAGE_LIMIT};
use crate::emulator::answer::Answer;
use crate::emulator::behavior::Timing;

/// The properties of rows, by user id.
pub(super) type Index = BTreeMap<u64, BTreeMap<String, String>>;

/// One condition. All conditions of a group must hold.
#[derive(Debug)]
struct Condition<'a> {
    property: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

impl Account {
    pub(in crate::emulator) fn crm_search(&mut self, body: &Value) -> Result<Value, Answer> {
        if body.to_string().chars().count() > SEARCH_LENGTH {
            return Err(Answer::invalid(
                "The search is longer than 3000 characters.",
            ));
        }

        let body = object(body)?;
        let groups = self.conditions(body)?;
        check_sorts(body)?;
        let wanted = owned(&texts(body, "properties")?.unwrap_or_default());

        let limit = match body.get("limit") {
            None => 10,
            Some(limit) => limit
                .as_u64()
                .filter(|limit| (1..=u64::from(SEARCH_PAGE_LIMIT)).contains(limit))
                .ok_or_else(|| Answer::invalid("limit must be between 1 and 200."))?,
        };
        let after = match text(body, "after")?.present() {
            None => 0,
            Some(after) => after
                .parse()
                .map_err(|_| Answer::invalid("after is not a cursor."))?,
        };

        let hits = |properties: &BTreeMap<String, String>| {
            let holds = |group: &Vec<Condition<'_>>| group.iter().all(|one| one.holds(properties));
            groups.is_empty() || groups.iter().any(holds)
        };

        let mut rows = Vec::new();
        if let Some(index) = &self.index {
            let found = index.iter().filter(|(_, properties)| hits(properties));
            rows.extend(found.map(|(id, properties)| row_json(*id, properties, &wanted)));
        } else {
            for (id, person) in &mut self.people {
                let Some(properties) = person.properties(*id).filter(&hits) else {
                    continue;
                };
                if person.look_for_row().is_some() {
                    rows.push(row_json(*id, &properties, &wanted));
                }
            }
        }
        self.refresh_index();

        let total = rows.len();
        let (limit, after) = (usize::try_from(limit).unwrap_or(1), after);
        let page: Vec<Value> = rows.into_iter().skip(after).take(limit).collect();
        let end = after.saturating_add(page.len());

        let mut answer = json!({"total": total, "results": page});
        if let (true, Some(object)) = (end < total, answer.as_object_mut()) {
            let next = json!({"next": {"after": end.to_string()}});
            object.insert("paging".to_owned(), next);
        }
        Ok(answer)
    }

    /// Shows the present rows to the next search, if the index lags.
    pub(super) fn refresh_index(&mut self) {
        if self.setup.behavior.search_index == Timing::AtOnce {
            return;
        }
        let mut index = Index::new();
        for (id, person) in &mut self.people {
            if let (Some(properties), true) =
                (person.properties(*id), person.look_for_row().is_some())
            {
                index.insert(*id, properties);
            }
        }
        self.index = Some(index);
    }

    fn conditions<'a>(
        &self,
        body: &'a Map<String, Value>,
    ) -> Result<Vec<Vec<Condition<'a>>>, Answer> {
        let groups = list(body, "filterGroups");
        groups
            .map(|group| {
                let group = object(group)?;
                list(group, "filters")
                    .map(|filter| self.condition(object(filter)?))
                    .collect()
            })
            .collect()
    }

    fn condition<'a>(&self, filter: &'a Map<String, Value>) -> Result<Condition<'a>, Answer> {
        let property = text(filter, "propertyName")?.present().unwrap_or_default();
        if self.is_writable(property).is_none() {
            return Err(Answer::invalid(
                "There was a problem with the request: no such property.",
            ));
        }

        let operator = text(filter, "operator")?.present().unwrap_or_default();
        let values = match operator {
            "IN" | "NOT_IN" => texts(filter, "values")?.unwrap_or_default(),
            "EQ" | "NEQ" | "GT" | "GTE" | "LT" | "LTE" => {
                text(filter, "value")?.text().into_iter().collect()
            }
            "HAS_PROPERTY" | "NOT_HAS_PROPERTY" => Vec::new(),
            _ => {
                return Err(Answer::invalid(
                    "There was a problem with the request: operator.",
                ));
            }
        };

        Ok(Condition {
            property,
            operator,
            values,
        })
    }
}

impl Condition<'_> {
    fn holds(&self, properties: &BTreeMap<String, String>) -> bool {
        let held = properties.get(self.property).map(String::as_str);
        let among = held.is_some_and(|held| {
            self.values
                .iter()
                .any(|value| held.eq_ignore_ascii_case(value))
        });

        let number = |text: &str| text.parse::<u64>().ok();
        let order = held
            .and_then(number)
            .zip(self.values.first().and_then(|value| number(value)))
            .map(|(held, value)| held.cmp(&value));

        match self.operator {
            "EQ" | "IN" => among,
            "NEQ" | "NOT_IN" => !among,
            "GT" => order.is_some_and(std::cmp::Ordering::is_gt),
            "GTE" => order.is_some_and(std::cmp::Ordering::is_ge),
            "LT" => order.is_some_and(std::cmp::Ordering::is_lt),
            "LTE" => order.is_some_and(std::cmp::Ordering::is_le),
            "HAS_PROPERTY" => held.is_some(),
            _ => held.is_none(),
        }
    }
}

fn list<'a>(object: &'a Map<String, Value>, field: &str) -> impl Iterator<Item = &'a Value> {
    object
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Checks that the order is that of the ids, the only one that the emulated account plays.
fn check_sorts(body: &Map<String, Value>) -> Result<(), Answer> {
    for sort in list(body, "sorts") {
        let sort = object(sort)?;
        if text(sort, "propertyName")?.text() != Some("hs_object_id")
            || text(sort, "direction")?.text() == Some("DESCENDING")
        {
            return Err(Answer::invalid(
                "The emulated account sorts by hs_object_id only.",
            ));
        }
    }
    Ok(())
}
