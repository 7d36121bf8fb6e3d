//! The definitions of CRM properties.

use serde::Deserialize;

use super::read::or_default;

/// The definition of a CRM property of users.
///
/// # Examples
///
/// ```
/// use hubspot_adapter::client::CrmProperty;
///
/// let property: CrmProperty = serde_json::from_str(
///     r#"{"name": "hs_email", "type": "string", "modificationMetadata": {"readOnlyValue": true}}"#,
/// )?;
/// assert!(!property.is_writable());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CrmProperty {
    /// The internal name, as in [`CrmUser::properties`](super::CrmUser::properties).
    pub name: String,
    /// The label in HubSpot's pages, for an embedder that offers a choice.
    #[serde(default, deserialize_with = "or_default")]
    pub label: String,
    /// The type, for example `string` or `enumeration`.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub kind: String,
    /// Whether the property is archived.
    #[serde(default, deserialize_with = "or_default")]
    pub archived: bool,
    #[serde(default)]
    modification_metadata: Option<Modification>,
}

#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Modification {
    #[serde(default, deserialize_with = "or_default")]
    read_only_value: bool,
}

impl CrmProperty {
    /// Whether the API may write values.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        let read_only = self
            .modification_metadata
            .as_ref()
            .is_some_and(|modification| modification.read_only_value);
        !self.archived && !read_only
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_property_without_metadata_is_writable() {
        let property: CrmProperty = serde_json::from_value(json!({"name": "department"})).unwrap();
        assert!(property.is_writable());
        let archived = json!({"name": "department", "archived": true});
        assert!(
            !serde_json::from_value::<CrmProperty>(archived)
                .unwrap()
                .is_writable()
        );
    }
}
