//! Users' CRM rows, and the changes from their values to wanted ones. Pure.

mod features;
mod field;
mod values;

pub use self::features::RowFeatures;
pub(crate) use self::field::FieldAttributes;
pub use self::field::RowField;
pub use self::values::RowValues;
use crate::client::{CrmUser, CrmUserUpdate, is_held_as, property};

/// The adapter's knowledge of a user's CRM row.
#[derive(Clone)]
pub(crate) enum Row {
    /// The account keeps no rows.
    Unkept,
    /// The user has no row, or none yet.
    Absent,
    /// HubSpot has the row.
    There(HeldRow),
    /// The row could not be read, and the request takes access away and does not wait for it.
    Unread {
        /// Whether an earlier read showed the account of an app.
        is_service_account: bool,
        /// Whether the last read showed a deactivated user, and the row may soon be readable again.
        was_deactivated: bool,
    },
}

/// A row as HubSpot holds it.
#[derive(Clone)]
pub(crate) struct HeldRow {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    pub(crate) values: RowValues,
    pub(crate) is_deactivated: bool,
    pub(crate) is_service_account: bool,
    /// Whether a read of the user finds nothing, so that only the row shows the user.
    pub(crate) stands_alone: bool,
}

impl Row {
    pub(crate) fn held(&self) -> Option<&HeldRow> {
        match self {
            Self::There(row) => Some(row),
            Self::Unkept | Self::Absent | Self::Unread { .. } => None,
        }
    }

    /// Whether the row shows a deactivated user.
    pub(crate) fn is_deactivated(&self) -> bool {
        self.held().is_some_and(|row| row.is_deactivated)
    }

    /// Whether the last read showed a deactivated user, and the row is unreadable now.
    pub(crate) fn was_deactivated(&self) -> bool {
        match self {
            Self::Unread {
                was_deactivated, ..
            } => *was_deactivated,
            Self::Unkept | Self::Absent | Self::There(_) => false,
        }
    }

    /// Whether the account belongs to an app or a bot.
    pub(crate) fn is_service_account(&self) -> bool {
        match self {
            Self::There(row) => row.is_service_account,
            Self::Unread {
                is_service_account, ..
            } => *is_service_account,
            Self::Unkept | Self::Absent => false,
        }
    }
}

impl HeldRow {
    /// Reads the row from an answer of HubSpot's.
    pub(crate) fn of(row: &CrmUser, kept: &RowFeatures) -> Self {
        let value = |(field, name)| Some((field, row.get(name)?.to_owned()));
        Self {
            id: row.id.clone(),
            email: row.get(property::EMAIL).map(str::to_owned),
            values: kept.properties().filter_map(value).collect(),
            is_deactivated: row.is_deactivated(),
            is_service_account: row.is_service_account(),
            stands_alone: false,
        }
    }
}

/// The properties to ask for when reading a row.
pub(crate) fn wanted_properties(kept: &RowFeatures) -> impl Iterator<Item = String> {
    let of_every_user = [
        property::EMAIL,
        property::DEACTIVATED,
        property::IS_BOT,
        property::IS_SERVICE_ACCOUNT,
        property::IS_HUBSPOT_SERVICE_ACCOUNT,
    ];
    let values = kept.properties().map(|(_, name)| name);
    let names: Vec<String> = values.chain(of_every_user).map(str::to_owned).collect();
    names.into_iter()
}

/// The wanted values that a row does not hold.
pub(crate) fn unmet(held: &RowValues, wanted: &RowValues) -> RowValues {
    wanted
        .iter()
        .filter(|(field, wanted)| {
            let held = held.get(*field).unwrap_or_default();
            !is_held_as(held, wanted)
        })
        .map(|(field, wanted)| (field, wanted.to_owned()))
        .collect()
}

/// The change that makes a row hold the wanted values.
pub(crate) fn update(wanted: &RowValues, kept: &RowFeatures) -> CrmUserUpdate {
    kept.properties()
        .filter_map(|(field, name)| Some((name, wanted.get(field)?)))
        .fold(CrmUserUpdate::new(), |update, (name, value)| {
            update.with(name, value)
        })
}

/// The values that undo a change: those the row held, or empty ones.
pub(crate) fn undo(held: &RowValues, changed: &RowValues) -> RowValues {
    changed
        .iter()
        .map(|(field, _)| (field, held.get(field).unwrap_or_default().to_owned()))
        .collect()
}

/// Whether the answer to a change proves it.
///
/// A value in the answer is proof. A missing value may be empty or merely left out, so it proves no removal.
pub(crate) fn proves(answer: &RowValues, wanted: &RowValues) -> bool {
    let clears = wanted.iter().any(|(_, text)| text.trim().is_empty());
    !clears && unmet(answer, wanted).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(title: Option<&str>, phone: Option<&str>) -> RowValues {
        [(RowField::Title, title), (RowField::Phone, phone)]
            .into_iter()
            .filter_map(|(field, value)| Some((field, value?.to_owned())))
            .collect()
    }

    #[test]
    fn only_values_that_differ_and_are_kept_are_sent() {
        let kept = RowFeatures::all().with(RowField::Department, "dept");
        let held = values(Some("Engineer "), None);
        let mut wanted = values(Some("Engineer"), Some(""));
        assert!(unmet(&held, &wanted).is_empty());
        wanted.set(RowField::TimeZone, "Europe/Berlin");
        wanted.set(RowField::Department, "Sales");
        let sent = update(&unmet(&held, &wanted), &kept);
        let expected = CrmUserUpdate::new()
            .with("dept", "Sales")
            .with(property::STANDARD_TIME_ZONE, "Europe/Berlin");
        assert!(sent == expected);
        let none = RowFeatures::default();
        assert!(update(&wanted, &none).is_empty());
        assert!(wanted.kept(&none).is_empty());
    }

    #[test]
    fn an_undo_restores_held_values_and_clears_new_ones() {
        let held = values(Some("Engineer"), None);
        let wanted = values(Some("Manager"), Some("+1"));
        assert!(undo(&held, &wanted) == values(Some("Engineer"), Some("")));
    }

    #[test]
    fn an_answer_without_a_value_proves_no_removal() {
        let wanted = values(Some("Manager"), None);
        assert!(proves(&wanted, &wanted));
        assert!(!proves(&values(None, None), &wanted));
        let cleared = values(Some(""), None);
        assert!(!proves(&values(None, None), &cleared));
    }
}
