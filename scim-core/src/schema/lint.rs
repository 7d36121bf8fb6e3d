//! What is wrong with a schema, though it can be read.

use std::fmt;

use super::attribute::find;
use super::{Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness, core};

/// One thing that is wrong with a schema.
///
/// `Display` says it in words, with the attribute's path in front.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// The attribute, such as `emails.type`; empty where it is the schema itself.
    pub path: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(self.kind.words())
    }
}

/// What can be wrong with a schema.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The id of a schema is a URI (RFC 7643 §7).
    InvalidUri,
    /// A schema defines at least one attribute (RFC 7643 §2.1).
    NoAttributes,
    /// A name is not as the ABNF has it; `$ref` is let pass (RFC 7643 §2.1, erratum 8924).
    InvalidName,
    /// Two names that are the same without case (RFC 7643 §2.1).
    DuplicateName,
    /// An attribute that every resource has and no schema may define again (RFC 7643 §3.1).
    CommonAttribute,
    /// A complex attribute without sub-attributes (RFC 7643 §2.3.8, §7).
    NoSubAttributes,
    /// Sub-attributes of what is not complex (RFC 7643 §7).
    UnexpectedSubAttributes,
    /// A complex sub-attribute (RFC 7643 §2.3.8, erratum 8415).
    ComplexSubAttribute,
    /// A reference that does not say to what (RFC 7643 §2.3.7, §7).
    NoReferenceTypes,
    /// Reference types of what is no reference (RFC 7643 §7).
    UnexpectedReferenceTypes,
    /// Canonical values of what is no string (RFC 7643 §2.3.1).
    UnexpectedCanonicalValues,
    /// A canonical value given twice, without case where case does not count.
    DuplicateCanonicalValue,
    /// Uniqueness of what has none: complex, boolean, dateTime and binary values (RFC 7643 §2.3, erratum 6004).
    UnexpectedUniqueness,
    /// `caseExact` on what has no case (RFC 7643 §2.3).
    UnexpectedCaseExact,
    /// A reference or a binary value that is said to ignore case (RFC 7643 §2.3.6, §2.3.7).
    CaseIgnored,
    /// Required of clients, who may not write it (RFC 7643 §7).
    RequiredReadOnly,
    /// Only the server writes it, and nobody reads it.
    ReadOnlyNeverReturned,
    /// Write-only, and to be returned (RFC 7643 §7).
    WriteOnlyReturned,
    /// A sub-attribute that may be written inside an attribute that may not.
    WritableInReadOnly,
    /// `primary` where there is one value alone (RFC 7643 §2.4).
    PrimaryOfSingle,
    /// `primary` that is no boolean (RFC 7643 §2.4).
    PrimaryNotBoolean,
}

impl FindingKind {
    const fn words(self) -> &'static str {
        match self {
            Self::InvalidUri => "the id of a schema is a URI",
            Self::NoAttributes => "the schema defines no attribute",
            Self::InvalidName => {
                "a name begins with a letter and goes on with letters, digits, $, - and _"
            }
            Self::DuplicateName => "the name is there twice; case does not count",
            Self::CommonAttribute => "every resource has this attribute, and no schema defines it",
            Self::NoSubAttributes => "a complex attribute has sub-attributes",
            Self::UnexpectedSubAttributes => "only a complex attribute has sub-attributes",
            Self::ComplexSubAttribute => "a sub-attribute is not complex",
            Self::NoReferenceTypes => "a reference says what it may refer to",
            Self::UnexpectedReferenceTypes => "only a reference has reference types",
            Self::UnexpectedCanonicalValues => "only a string has canonical values",
            Self::DuplicateCanonicalValue => "a canonical value is there twice",
            Self::UnexpectedUniqueness => {
                "a complex, boolean, dateTime or binary value has no uniqueness"
            }
            Self::UnexpectedCaseExact => "a value that is no text has no case",
            Self::CaseIgnored => "a reference or a binary value is case-exact",
            Self::RequiredReadOnly => "a read-only attribute cannot be required of clients",
            Self::ReadOnlyNeverReturned => {
                "a read-only attribute that is never returned is of no use"
            }
            Self::WriteOnlyReturned => "a write-only attribute is never returned",
            Self::WritableInReadOnly => "a part of a read-only attribute is read-only",
            Self::PrimaryOfSingle => "only an entry of a list can be primary",
            Self::PrimaryNotBoolean => "primary is a boolean",
        }
    }
}

impl Schema {
    /// What is wrong with the schema, by the RFC, its errata and experience; nothing when it is sound.
    ///
    /// ```
    /// use scim_core::Schema;
    /// use scim_core::schema::FindingKind;
    ///
    /// let schema = Schema::from_slice(
    ///     br#"{"id":"urn:example:Badge","attributes":[{"name":"photo","type":"reference"}]}"#,
    /// )?;
    /// let findings = schema.lint();
    /// assert_eq!(findings[0].kind, FindingKind::NoReferenceTypes);
    /// assert_eq!(findings[0].to_string(), "photo: a reference says what it may refer to");
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        let mut linter = Linter {
            served: core::is_served(self.id()),
            findings: Vec::new(),
        };
        if !is_uri(self.id()) {
            linter.report(FindingKind::InvalidUri, "");
        }
        if self.attributes().is_empty() {
            linter.report(FindingKind::NoAttributes, "");
        }
        for attribute in self.attributes() {
            if !linter.served && core::common().attribute(attribute.name()).is_some() {
                linter.report(FindingKind::CommonAttribute, attribute.name());
            }
        }
        linter.attributes(self.attributes(), None, "");
        linter.findings
    }
}

/// An absolute URI, as far as one can tell without knowing its scheme.
fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name == "$ref"
        || bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'-' | b'_'))
}

struct Linter {
    /// Whether it is the schema of what the server alone writes, to which the rules about requests do not apply.
    served: bool,
    findings: Vec<Finding>,
}

impl Linter {
    fn report(&mut self, kind: FindingKind, path: &str) {
        self.findings.push(Finding {
            kind,
            path: path.to_owned(),
        });
    }

    fn attributes(&mut self, attributes: &[Attribute], parent: Option<&Attribute>, prefix: &str) {
        for (index, attribute) in attributes.iter().enumerate() {
            let path = format!("{prefix}{}", attribute.name());
            if !is_name(attribute.name()) {
                self.report(FindingKind::InvalidName, &path);
            }
            let before = attributes.get(..index).unwrap_or_default();
            if find(before, attribute.name()).is_some() {
                self.report(FindingKind::DuplicateName, &path);
            }
            self.kind(attribute, parent.is_some(), &path);
            self.canonical_values(attribute, &path);
            self.case(attribute, &path);
            self.mutability(attribute, parent, &path);
            if let Some(parent) = parent {
                self.primary(attribute, parent, &path);
            }
            self.attributes(
                attribute.sub_attributes(),
                Some(attribute),
                &format!("{path}."),
            );
        }
    }

    fn kind(&mut self, attribute: &Attribute, is_part: bool, path: &str) {
        let complex = attribute.kind() == AttributeType::Complex;
        let reference = attribute.kind() == AttributeType::Reference;
        if complex && attribute.sub_attributes().is_empty() {
            self.report(FindingKind::NoSubAttributes, path);
        }
        if !complex && !attribute.sub_attributes().is_empty() {
            self.report(FindingKind::UnexpectedSubAttributes, path);
        }
        // The schema of schemas alone may nest: RFC 7643 §7.
        if complex && is_part && !self.served {
            self.report(FindingKind::ComplexSubAttribute, path);
        }
        if reference && attribute.reference_types().is_empty() {
            self.report(FindingKind::NoReferenceTypes, path);
        }
        if !reference && !attribute.reference_types().is_empty() {
            self.report(FindingKind::UnexpectedReferenceTypes, path);
        }
        let has_no_uniqueness = matches!(
            attribute.kind(),
            AttributeType::Complex
                | AttributeType::Boolean
                | AttributeType::DateTime
                | AttributeType::Binary
        );
        // `none` says what is so without it.
        if has_no_uniqueness && attribute.uniqueness() != Uniqueness::None {
            self.report(FindingKind::UnexpectedUniqueness, path);
        }
    }

    fn canonical_values(&mut self, attribute: &Attribute, path: &str) {
        let values = attribute.canonical_values();
        if !values.is_empty() && attribute.kind() != AttributeType::String {
            self.report(FindingKind::UnexpectedCanonicalValues, path);
        }
        let same =
            |a: &str, b: &str| a == b || (!attribute.is_case_exact() && a.eq_ignore_ascii_case(b));
        let twice = values.iter().enumerate().any(|(index, value)| {
            let before = values.get(..index).unwrap_or_default();
            before.iter().any(|other| same(other, value))
        });
        if twice {
            self.report(FindingKind::DuplicateCanonicalValue, path);
        }
    }

    fn case(&mut self, attribute: &Attribute, path: &str) {
        let kind = match attribute.kind() {
            AttributeType::String => return,
            AttributeType::Reference | AttributeType::Binary => FindingKind::CaseIgnored,
            AttributeType::Boolean
            | AttributeType::Decimal
            | AttributeType::Integer
            | AttributeType::DateTime
            | AttributeType::Complex => FindingKind::UnexpectedCaseExact,
        };
        // `false` says of a number what is so without it.
        if attribute.stated_case_exact() == Some(kind == FindingKind::UnexpectedCaseExact) {
            self.report(kind, path);
        }
    }

    fn mutability(&mut self, attribute: &Attribute, parent: Option<&Attribute>, path: &str) {
        let read_only = attribute.mutability() == Mutability::ReadOnly;
        let returned = attribute.stated_returned();
        if read_only && attribute.is_required() && !self.served {
            self.report(FindingKind::RequiredReadOnly, path);
        }
        if read_only && returned == Returned::Never {
            self.report(FindingKind::ReadOnlyNeverReturned, path);
        }
        if attribute.mutability() == Mutability::WriteOnly && returned != Returned::Never {
            self.report(FindingKind::WriteOnlyReturned, path);
        }
        if !read_only && parent.is_some_and(|parent| parent.mutability() == Mutability::ReadOnly) {
            self.report(FindingKind::WritableInReadOnly, path);
        }
    }

    fn primary(&mut self, attribute: &Attribute, parent: &Attribute, path: &str) {
        if !attribute.name().eq_ignore_ascii_case("primary") {
            return;
        }
        if !parent.is_multi_valued() {
            self.report(FindingKind::PrimaryOfSingle, path);
        }
        if attribute.kind() != AttributeType::Boolean {
            self.report(FindingKind::PrimaryNotBoolean, path);
        }
    }
}
