//! A user's row in the CRM, and the way from the values it holds to others. Pure.

mod features;
mod field;
mod values;

pub use self::features::RowFeatures;
pub(crate) use self::field::FieldAttributes;
pub use self::field::RowField;
pub use self::values::RowValues;
use crate::client::{CrmUser, CrmUserUpdate, is_held_as, property};

/// What is known of a user's row in the CRM.
#[derive(Clone)]
pub(crate) enum Row {
    /// Rows are not among the features of this account.
    Unkept,
    /// There is none, or none yet.
    Absent,
    /// HubSpot has it.
    There(HeldRow),
    /// It could not be read for a request that takes access away, and does not wait for it.
    Unread {
        /// Whether it was known before as that of an app.
        is_service_account: bool,
        /// Whether the user was deactivated when it was last read, and it may be read again in a moment.
        was_deactivated: bool,
    },
}

/// A row that HubSpot has.
#[derive(Clone)]
pub(crate) struct HeldRow {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    pub(crate) values: RowValues,
    pub(crate) is_deactivated: bool,
    pub(crate) is_service_account: bool,
    /// A read does not find the user: the row is all there is to know them by.
    pub(crate) stands_alone: bool,
}

impl Row {
    pub(crate) fn held(&self) -> Option<&HeldRow> {
        match self {
            Self::There(row) => Some(row),
            Self::Unkept | Self::Absent | Self::Unread { .. } => None,
        }
    }

    /// Whether an administrator deactivated the user in HubSpot's own pages.
    pub(crate) fn is_deactivated(&self) -> bool {
        self.held().is_some_and(|row| row.is_deactivated)
    }

    /// Whether the user was deactivated when last seen, and it cannot be told now.
    pub(crate) fn was_deactivated(&self) -> bool {
        match self {
            Self::Unread {
                was_deactivated, ..
            } => *was_deactivated,
            Self::Unkept | Self::Absent | Self::There(_) => false,
        }
    }

    /// Whether the user is an app or a bot and no person.
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
    fn only_what_differs_and_is_kept_is_sent() {
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
    fn what_was_there_comes_back_and_what_was_not_goes() {
        let held = values(Some("Engineer"), None);
        let wanted = values(Some("Manager"), Some("+1"));
        assert!(undo(&held, &wanted) == values(Some("Engineer"), Some("")));
    }

    #[test]
    fn an_answer_that_leaves_a_value_out_is_no_proof_that_it_is_gone() {
        let wanted = values(Some("Manager"), None);
        assert!(proves(&wanted, &wanted));
        assert!(!proves(&values(None, None), &wanted));
        let cleared = values(Some(""), None);
        assert!(!proves(&values(None, None), &cleared));
    }
}
