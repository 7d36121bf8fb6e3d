//! The JSON text of a record, which the databases keep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Origin, StateError, UserRecord};
use crate::client::User;
use crate::row::{RowField, RowValues};

/// A record as JSON. A field added by a later version needs a default.
#[derive(Deserialize, Serialize)]
struct Document {
    id: String,
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    role_ids: Vec<String>,
    #[serde(default)]
    super_admin: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    primary_team_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    secondary_team_ids: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seat_names: Vec<String>,
    user_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other_email: Option<String>,
    created: bool,
    removed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_name: Option<(Option<String>, Option<String>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<RowDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending_row: Option<RowDocument>,
}

/// The values of a row by [`RowField::key`]. A value of an unknown key, from a later version, is not read.
type RowDocument = BTreeMap<String, Option<String>>;

fn row_document(values: &RowValues) -> RowDocument {
    values
        .iter()
        .map(|(field, value)| (field.key().to_owned(), Some(value.to_owned())))
        .collect()
}

fn row_values(mut document: RowDocument) -> RowValues {
    let value = |field: RowField| Some((field, document.remove(field.key())??));
    RowField::ALL.into_iter().filter_map(value).collect()
}

/// Writes a record without its revision.
pub(super) fn write(record: &UserRecord) -> Result<String, StateError> {
    let record = record.clone();
    // The pattern names each field, so that a new field cannot be left out by mistake.
    let User {
        id,
        email,
        first_name,
        last_name,
        role_id,
        role_ids,
        super_admin,
        primary_team_id,
        secondary_team_ids,
        seat_names,
        // Only the answer to a creation has it, and nothing reads it later.
        send_welcome_email: _,
    } = record.last_seen;

    let document = Document {
        id,
        email: email.into_inner(),
        first_name: first_name.into_inner(),
        last_name: last_name.into_inner(),
        role_id,
        role_ids,
        super_admin,
        primary_team_id,
        secondary_team_ids,
        seat_names,
        user_name: record.user_name,
        external_id: record.external_id,
        other_email: record.other_email,
        created: record.origin == Origin::Created,
        removed: record.removed,
        pending_name: record.pending_name,
        row: Some(&record.row)
            .filter(|row| !row.is_empty())
            .map(row_document),
        pending_row: record.pending_row.as_ref().map(row_document),
    };

    serde_json::to_string(&document).map_err(StateError::new)
}

/// Reads a record from its text.
pub(super) fn read(text: &str, revision: u64) -> Result<UserRecord, StateError> {
    // The error tells the place alone: the text is personal.
    let document: Document = serde_json::from_str(text).map_err(|error| {
        StateError::new(format!(
            "a record in the state is not readable at column {}",
            error.column()
        ))
    })?;

    let mut user = User::new(document.id, document.email);
    *user.first_name = document.first_name;
    *user.last_name = document.last_name;
    user.role_id = document.role_id;
    user.role_ids = document.role_ids;
    user.super_admin = document.super_admin;
    user.primary_team_id = document.primary_team_id;
    user.secondary_team_ids = document.secondary_team_ids;
    user.seat_names = document.seat_names;

    let origin = if document.created {
        Origin::Created
    } else {
        Origin::Adopted
    };
    let mut record =
        UserRecord::new(user, document.user_name, origin).with_revision(Some(revision));
    record.external_id = document.external_id;
    record.other_email = document.other_email;
    record.removed = document.removed;
    record.pending_name = document.pending_name;
    record.row = document.row.map(row_values).unwrap_or_default();
    record.pending_row = document.pending_row.map(row_values);
    Ok(record)
}
