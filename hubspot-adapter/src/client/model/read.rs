//! Lenient reading of fields that may be missing, null, or of an undocumented type.

use serde::{Deserialize, Deserializer};

/// An id as HubSpot sends it: a number or a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Id {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = Id::deserialize(deserializer)?.into_text();
    if id.is_empty() {
        return Err(serde::de::Error::custom("an id is empty"));
    }
    Ok(id)
}

pub(super) fn optional_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let id = Option::<Id>::deserialize(deserializer)?.map(Id::into_text);
    Ok(id.filter(|id| !id.is_empty()))
}

pub(super) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let ids = Option::<Vec<Option<Id>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(ids
        .into_iter()
        .flatten()
        .map(Id::into_text)
        .filter(|id| !id.is_empty())
        .collect())
}

pub(super) fn text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<Option<String>>,
{
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).into())
}

pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
