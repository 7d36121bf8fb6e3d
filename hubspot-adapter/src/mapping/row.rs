//! The CRM row of a user, as attributes of a SCIM user.

use scim_core::Schema;
use scim_core::schema::ResourceType;

use crate::row::RowFeatures;
use crate::row::{FieldAttributes, Row, RowField, RowValues};
use crate::state::UserRecord;

/// The attributes of the core schema that rows keep.
pub(super) fn core_attributes(kept: &RowFeatures) -> Vec<&'static str> {
    let core = |(field, _): (RowField, &str)| match field.advertised() {
        FieldAttributes::Core(names) => names,
        FieldAttributes::Enterprise(_) => &[],
    };
    kept.properties().flat_map(core).copied().collect()
}

/// Adds the enterprise extension to a resource type if rows keep an attribute of it.
pub(super) fn with_enterprise(resource_type: ResourceType, kept: &RowFeatures) -> ResourceType {
    let enterprise = |(field, _): (RowField, &str)| match field.advertised() {
        FieldAttributes::Core(_) => &[],
        FieldAttributes::Enterprise(names) => names,
    };
    let names: Vec<&str> = kept.properties().flat_map(enterprise).copied().collect();

    if names.is_empty() {
        return resource_type;
    }
    resource_type.with_extension(Schema::enterprise_user().retaining(&names))
}

/// The values to show: pending values first, or the identity provider would send them again in every cycle.
pub(super) fn shown(row: &Row, record: Option<&UserRecord>) -> RowValues {
    let held = match row {
        Row::Unkept => return RowValues::default(),
        Row::There(row) => row.values.clone(),
        Row::Unread { .. } => record.map(|record| record.row.clone()).unwrap_or_default(),
        Row::Absent => RowValues::default(),
    };
    let pending = record.and_then(|record| record.pending_row.clone());
    pending.unwrap_or_default().or(&held)
}
