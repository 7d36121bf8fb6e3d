//! One attribute of a schema and its characteristics.

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

/// When a client may write an attribute.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Mutability {
    /// Never: only the server writes it.
    ReadOnly,
    /// At any time.
    #[default]
    ReadWrite,
    /// Once.
    Immutable,
    /// At any time; the server never returns it.
    WriteOnly,
}

/// When a response shows an attribute.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Returned {
    /// In every response.
    Always,
    /// In none.
    Never,
    /// Unless `excludedAttributes` names it or `attributes` does not.
    #[default]
    Default,
    /// If `attributes` names it, or the request wrote it.
    Request,
}

/// Where the value of an attribute is unique.
///
/// Source: RFC 7643 §2.2.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 7643 §2.2")]
pub enum Uniqueness {
    /// Nowhere: resources may share a value.
    #[default]
    None,
    /// Among the resources of one endpoint.
    Server,
    /// Everywhere.
    Global,
}

/// The definition of one attribute: name, type and characteristics.
///
/// Fields that a JSON definition leaves out take the defaults of RFC 7643 §2.2.
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

    /// Describes the attribute to people.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Makes the attribute a list of values.
    #[must_use]
    pub fn multi_valued(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    /// Makes the attribute required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes the comparison of its strings case-sensitive.
    #[must_use]
    pub fn case_exact(mut self) -> Self {
        self.case_exact = Some(true);
        self
    }

    /// Sets when a client may write the attribute.
    #[must_use]
    pub fn with_mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    /// Sets when a response shows the attribute.
    #[must_use]
    pub fn with_returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Sets where its value is unique.
    #[must_use]
    pub fn with_uniqueness(mut self, uniqueness: Uniqueness) -> Self {
        self.uniqueness = Some(uniqueness);
        self
    }

    /// Suggests values. Other values are valid, too.
    ///
    /// A value that differs from a suggested one only in case takes its spelling.
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

    /// Sets the possible targets of a reference: names of resource types, `external` or `uri`.
    #[must_use]
    pub fn with_reference_types(
        mut self,
        types: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.reference_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the sub-attributes of a complex attribute.
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

    /// Whether the attribute is a list of values.
    #[must_use]
    pub fn is_multi_valued(&self) -> bool {
        self.multi_valued
    }

    /// Whether a resource must have the attribute.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// Whether its strings compare case-sensitively.
    ///
    /// References and binary values always do (RFC 7643 §2.3.6, §2.3.7).
    #[must_use]
    pub fn is_case_exact(&self) -> bool {
        self.case_exact.unwrap_or(matches!(
            self.kind,
            AttributeType::Reference | AttributeType::Binary
        ))
    }

    /// When a client may write the attribute.
    #[must_use]
    pub fn mutability(&self) -> Mutability {
        self.mutability
    }

    /// When a response shows the attribute.
    ///
    /// A write-only attribute is never shown, even if its definition says otherwise: its values "SHALL NOT be returned"
    /// (RFC 7643 §7).
    #[must_use]
    pub fn returned(&self) -> Returned {
        match self.mutability {
            Mutability::WriteOnly => Returned::Never,
            Mutability::ReadOnly | Mutability::ReadWrite | Mutability::Immutable => self.returned,
        }
    }

    /// Where its value is unique.
    #[must_use]
    pub fn uniqueness(&self) -> Uniqueness {
        self.uniqueness.unwrap_or_default()
    }

    /// The suggested values. Other values are valid, too.
    #[must_use]
    pub fn canonical_values(&self) -> &[String] {
        &self.canonical_values
    }

    /// The possible targets of a reference.
    #[must_use]
    pub fn reference_types(&self) -> &[String] {
        &self.reference_types
    }

    /// The description for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The sub-attributes of a complex attribute.
    #[must_use]
    pub fn sub_attributes(&self) -> &[Self] {
        &self.sub_attributes
    }

    /// The sub-attribute `name`; case does not matter.
    #[must_use]
    pub fn sub_attribute(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// Whether its value refers to another resource by `value` and `$ref` (RFC 7643 §2.4).
    pub(crate) fn is_reference(&self) -> bool {
        self.sub_attribute("value").is_some() && self.sub_attribute("$ref").is_some()
    }

    /// Whether its entries stand for other resources, for example the members of a group. Each entry needs an id.
    pub(crate) fn is_list_of_ids(&self) -> bool {
        self.multi_valued
            && self.is_reference()
            && self
                .sub_attribute("value")
                .is_some_and(|value| value.mutability == Mutability::Immutable)
    }

    /// The `caseExact` of the definition; `None` if the definition leaves it out.
    pub(super) fn stated_case_exact(&self) -> Option<bool> {
        self.case_exact
    }

    /// The `returned` of the definition, unlike [`returned`](Self::returned) even for a write-only attribute.
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
