//! What a user's row in the CRM keeps: which values there are, and the way from those to others. Pure.

use std::fmt;

use crate::client::{CrmUser, CrmUserUpdate, property};
use crate::dialect;
use crate::features::RowFeatures;

/// The values that a user's row in the CRM keeps; `None` is "not said", and an empty text is "none".
///
/// ```
/// use hubspot_adapter::state::RowValues;
///
/// let mut values = RowValues::default();
/// values.title = Some("Engineer".to_owned());
/// assert!(!values.is_empty());
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RowValues {
    /// `title`.
    pub title: Option<String>,
    /// The phone number for work.
    pub phone: Option<String>,
    /// `timezone`.
    pub time_zone: Option<String>,
    /// The department.
    pub department: Option<String>,
}

/// The SCIM names of the values, in the order of [`RowValues::texts`].
const ATTRIBUTES: [&str; 4] = [
    "title",
    "phoneNumbers",
    "timezone",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
];

impl fmt::Debug for RowValues {
    /// Which values there are, and none of them: they are personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = ATTRIBUTES.into_iter().zip(self.texts());
        f.debug_set()
            .entries(said.filter_map(|(name, text)| text.map(|_| name)))
            .finish()
    }
}

impl RowValues {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn texts(&self) -> [Option<&str>; 4] {
        [&self.title, &self.phone, &self.time_zone, &self.department].map(Option::as_deref)
    }

    fn zip(
        self,
        other: &Self,
        both: impl Fn(Option<String>, Option<&str>) -> Option<String>,
    ) -> Self {
        let [title, phone, time_zone, department] = other.texts();
        Self {
            title: both(self.title, title),
            phone: both(self.phone, phone),
            time_zone: both(self.time_zone, time_zone),
            department: both(self.department, department),
        }
    }

    /// These values, and of another set what these do not say.
    pub(crate) fn or(self, other: &Self) -> Self {
        self.zip(other, |here, there| {
            here.or_else(|| there.map(str::to_owned))
        })
    }

    /// Those of these values that another set says otherwise.
    pub(crate) fn beyond(self, other: &Self) -> Self {
        self.zip(other, |here, there| {
            here.filter(|here| there != Some(here.as_str()))
        })
    }

    /// These values as another set has them, where it says something.
    pub(crate) fn superseded_by(self, other: &Self) -> Self {
        self.zip(other, |here, there| {
            here.map(|here| there.map_or(here, str::to_owned))
        })
    }

    /// What another set says and these do not, as what is to be none.
    pub(crate) fn cleared(&self, other: &Self) -> Self {
        self.clone().zip(other, |here, there| {
            (here.is_none() && there.is_some()).then(String::new)
        })
    }

    /// What of these values is there: an empty text says that there is none.
    pub(crate) fn filled(self) -> Self {
        self.zip(&Self::default(), |here, _| {
            here.filter(|text| !text.is_empty())
        })
    }

    /// What of these values rows keep.
    pub(crate) fn kept(self, kept: &RowFeatures) -> Self {
        Self {
            title: self.title.filter(|_| kept.title),
            phone: self.phone.filter(|_| kept.phone),
            time_zone: self.time_zone.filter(|_| kept.time_zone),
            department: self.department.filter(|_| kept.department.is_some()),
        }
    }

    /// Each of these values alone.
    pub(crate) fn each(&self) -> impl Iterator<Item = Self> {
        let alone = |title, phone, time_zone, department| Self {
            title,
            phone,
            time_zone,
            department,
        };
        [
            alone(self.title.clone(), None, None, None),
            alone(None, self.phone.clone(), None, None),
            alone(None, None, self.time_zone.clone(), None),
            alone(None, None, None, self.department.clone()),
        ]
        .into_iter()
        .filter(|values| !values.is_empty())
    }

    /// The SCIM names of these values.
    pub(crate) fn attributes(&self) -> String {
        let said = ATTRIBUTES.into_iter().zip(self.texts());
        let names: Vec<&str> = said.filter_map(|(name, text)| text.map(|_| name)).collect();
        names.join(", ")
    }
}

/// What is known of a user's row in the CRM.
#[derive(Clone)]
pub(crate) enum Row {
    /// Rows are not among the features of this account.
    Unkept,
    /// There is none, or none yet.
    Absent,
    /// HubSpot has it.
    There(Box<HeldRow>),
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
    /// The row that an answer shows, with what of it is kept.
    pub(crate) fn of(row: &CrmUser, kept: &RowFeatures) -> Self {
        let [title, phone, time_zone, department] =
            properties(kept).map(|name| name.and_then(|name| row.get(name)).map(str::to_owned));
        Self {
            id: row.id.clone(),
            email: row.get(property::EMAIL).map(str::to_owned),
            values: RowValues {
                title,
                phone,
                time_zone,
                department,
            },
            is_deactivated: row.is_deactivated(),
            is_service_account: row.is_service_account(),
            stands_alone: false,
        }
    }
}

/// The properties that keep the values, in the order of [`RowValues::texts`].
fn properties(kept: &RowFeatures) -> [Option<&str>; 4] {
    [
        kept.title.then_some(property::JOB_TITLE),
        kept.phone.then_some(property::ADDITIONAL_PHONE),
        kept.time_zone.then_some(property::STANDARD_TIME_ZONE),
        kept.department.as_deref(),
    ]
}

/// All properties that a look at a row asks for.
pub(crate) fn wanted_properties(kept: &RowFeatures) -> impl Iterator<Item = String> {
    let told = [
        property::EMAIL,
        property::DEACTIVATED,
        property::IS_BOT,
        property::IS_SERVICE_ACCOUNT,
        property::IS_HUBSPOT_SERVICE_ACCOUNT,
    ];
    properties(kept)
        .into_iter()
        .flatten()
        .chain(told)
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// What of `wanted` a row does not hold.
pub(crate) fn unmet(held: &RowValues, wanted: &RowValues) -> RowValues {
    wanted.clone().zip(held, |wanted, held| {
        wanted.filter(|wanted| !dialect::is_held_as(held.unwrap_or_default(), wanted))
    })
}

/// The change of a row that makes it hold `wanted`.
pub(crate) fn update(wanted: &RowValues, kept: &RowFeatures) -> CrmUserUpdate {
    let pairs = properties(kept).into_iter().zip(wanted.texts());
    pairs.fold(CrmUserUpdate::new(), |update, pair| match pair {
        (Some(name), Some(text)) => update.with(name, text),
        (Some(_), None) | (None, _) => update,
    })
}

/// What puts back what a row held of the values that were to become others.
pub(crate) fn undo(held: &RowValues, changed: &RowValues) -> RowValues {
    changed.clone().zip(held, |changed, held| {
        changed.map(|_| held.unwrap_or_default().to_owned())
    })
}

/// Whether the answer to a change proves it.
///
/// What it shows is proof; of what it leaves out nobody knows whether it is none.
pub(crate) fn proves(answer: &RowValues, wanted: &RowValues) -> bool {
    let says_all = wanted
        .texts()
        .into_iter()
        .flatten()
        .all(|text| !text.trim().is_empty());
    says_all && unmet(answer, wanted).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(title: Option<&str>, phone: Option<&str>) -> RowValues {
        RowValues {
            title: title.map(str::to_owned),
            phone: phone.map(str::to_owned),
            ..RowValues::default()
        }
    }

    #[test]
    fn only_what_differs_and_is_kept_is_sent() {
        let kept = RowFeatures::all().with_department("dept");
        let held = values(Some("Engineer "), None);
        let mut wanted = values(Some("Engineer"), Some(""));
        assert!(unmet(&held, &wanted).is_empty());
        wanted.time_zone = Some("Europe/Berlin".to_owned());
        wanted.department = Some("Sales".to_owned());
        let sent = update(&unmet(&held, &wanted), &kept);
        let expected = CrmUserUpdate::new()
            .with("dept", "Sales")
            .with_standard_time_zone("Europe/Berlin");
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

    #[test]
    fn debug_says_which_values_there_are_and_none_of_them() {
        let shown = format!("{:?}", values(Some("Engineer"), None));
        assert_eq!(shown, r#"{"title"}"#);
    }
}
