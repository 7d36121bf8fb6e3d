//! One attribute of a schema, and what may be said of it.

use serde::{Deserialize, Serialize};

/// The type of an attribute's values.
///
/// Source: RFC 7643 §2.3, with errata 5606 and 8435 (`binary`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.3")]
pub enum AttributeType {
    /// Unicode text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A real number.
    Decimal,
    /// A whole number.
    Integer,
    /// An instant as `xsd:dateTime`.
    DateTime,
    /// Octets in base64.
    Binary,
    /// A URI.
    Reference,
    /// Sub-attributes.
    Complex,
}

/// When an attribute may be written.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Mutability {
    /// By the server alone.
    ReadOnly,
    /// At any time.
    #[default]
    ReadWrite,
    /// Once.
    Immutable,
    /// At any time, and never read.
    WriteOnly,
}

/// When an attribute is part of an answer.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Returned {
    /// In every answer.
    Always,
    /// In none.
    Never,
    /// Unless it is left out by `excludedAttributes` or by not being in `attributes`.
    #[default]
    Default,
    /// When `attributes` names it, or the request wrote it.
    Request,
}

/// Among whom a value is unique.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Uniqueness {
    /// Not at all.
    #[default]
    None,
    /// Among the resources of one endpoint.
    Server,
    /// Everywhere.
    Global,
}

/// The definition of one attribute: name, type and characteristics.
///
/// The fields left out of a JSON definition take the defaults of RFC 7643 §2.2.
///
/// ```
/// use scim_core::schema::{Attribute, AttributeType, Mutability};
///
/// let badge = Attribute::new("badge", AttributeType::String).with_mutability(Mutability::Immutable);
/// assert_eq!(badge.name(), "badge");
/// assert!(!badge.is_multi_valued());
/// ```
///
/// Source: RFC 7643 §7.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    name: String,
    #[serde(rename = "type", default = "string")]
    kind: AttributeType,
    #[serde(default)]
    multi_valued: bool,
    #[serde(default)]
    description: String,
    #[serde(default)]
    required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    canonical_values: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case_exact: Option<bool>,
    #[serde(default)]
    mutability: Mutability,
    #[serde(default)]
    returned: Returned,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uniqueness: Option<Uniqueness>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reference_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sub_attributes: Vec<Self>,
}

const fn string() -> AttributeType {
    AttributeType::String
}

impl Attribute {
    /// An optional, single-valued, read-write attribute.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: AttributeType) -> Self {
        Self {
            name: name.into(),
            kind,
            multi_valued: false,
            description: String::new(),
            required: false,
            canonical_values: Vec::new(),
            case_exact: None,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: None,
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
        }
    }

    /// Says what the attribute is for.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Makes it a list of values.
    #[must_use]
    pub fn multi_valued(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    /// Makes it required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes its strings compare with case.
    #[must_use]
    pub fn case_exact(mut self) -> Self {
        self.case_exact = Some(true);
        self
    }

    /// Says when it may be written.
    #[must_use]
    pub fn with_mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// Says when it is part of an answer.
    #[must_use]
    pub fn with_returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Says among whom its value is unique.
    #[must_use]
    pub fn with_uniqueness(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = Some(uniqueness);
        self
    }

    /// Suggests values; others are accepted as well, and one that differs in case alone is brought into this spelling.
    ///
    /// ```
    /// use scim_core::schema::{Attribute, AttributeType};
    ///
    /// let kind = Attribute::new("type", AttributeType::String).with_canonical_values(["work", "home"]);
    /// assert_eq!(kind.canonical_values(), ["work", "home"]);
    /// ```
    #[must_use]
    pub fn with_canonical_values(
        mut self,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.canonical_values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Says what a reference may refer to: names of resource types, `external`, `uri`.
    #[must_use]
    pub fn with_reference_types(
        mut self,
        types: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.reference_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Gives it sub-attributes.
    #[must_use]
    pub fn with_sub_attributes(mut self, sub_attributes: Vec<Self>) -> Self {
        self.sub_attributes = sub_attributes;
        self
    }

    /// The name as the schema spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its values.
    #[must_use]
    pub fn kind(&self) -> AttributeType {
        self.kind
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_multi_valued(&self) -> bool {
        self.multi_valued
    }

    /// Whether a resource must have it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether its strings compare with case.
    ///
    /// References and binary values always do (RFC 7643 §2.3.6, §2.3.7).
    #[must_use]
    pub fn is_case_exact(&self) -> bool {
        self.case_exact.unwrap_or(matches!(
            self.kind,
            AttributeType::Reference | AttributeType::Binary
        ))
    }

    /// When it may be written.
    #[must_use]
    pub fn mutability(&self) -> Mutability {
        self.mutability
    }

    /// When it is part of an answer.
    ///
    /// Never for a write-only attribute, whatever the definition says: its values "SHALL NOT be returned" (RFC 7643 §7).
    #[must_use]
    pub fn returned(&self) -> Returned {
        match self.mutability {
            Mutability::WriteOnly => Returned::Never,
            Mutability::ReadOnly | Mutability::ReadWrite | Mutability::Immutable => self.returned,
        }
    }

    /// Among whom its value is unique.
    #[must_use]
    pub fn uniqueness(&self) -> Uniqueness {
        self.uniqueness.unwrap_or_default()
    }

    /// The values that are suggested; not the only ones that are accepted.
    #[must_use]
    pub fn canonical_values(&self) -> &[String] {
        &self.canonical_values
    }

    /// What a reference may refer to.
    #[must_use]
    pub fn reference_types(&self) -> &[String] {
        &self.reference_types
    }

    /// What it is for.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The sub-attributes of a complex attribute.
    #[must_use]
    pub fn sub_attributes(&self) -> &[Self] {
        &self.sub_attributes
    }

    /// The sub-attribute called `name`, found without regard to case.
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// Whether its value refers to another resource, by `value` and `$ref` (RFC 7643 §2.4).
    pub(crate) fn is_reference(&self) -> bool {
        self.sub_attribute("value").is_some() && self.sub_attribute("$ref").is_some()
    }

    /// Whether it is a list whose entries are other resources, such as the members of a group: an entry without an id is none.
    pub(crate) fn is_list_of_ids(&self) -> bool {
        self.multi_valued
            && self.is_reference()
            && self
                .sub_attribute("value")
                .is_some_and(|value| value.mutability == Mutability::Immutable)
    }

    /// Whether the definition itself says that case counts, or does not; `None` where it says nothing.
    pub(super) fn stated_case_exact(&self) -> Option<bool> {
        self.case_exact
    }

    /// When the definition itself says that it is part of an answer.
    pub(super) fn stated_returned(&self) -> Returned {
        self.returned
    }

    pub(super) fn set_mutability(&mut self, mutability: Mutability) {
        self.mutability = mutability;
    }

    pub(super) fn set_uniqueness(&mut self, uniqueness: Uniqueness) {
        self.uniqueness = Some(uniqueness);
    }

    pub(super) fn sub_attributes_mut(&mut self) -> &mut Vec<Self> {
        &mut self.sub_attributes
    }
}

pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

pub(super) fn find_mut<'a>(
    attributes: &'a mut [Attribute],
    name: &str,
) -> Option<&'a mut Attribute> {
    attributes
        .iter_mut()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
