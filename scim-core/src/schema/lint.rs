//! Faults of a readable schema.

use std::fmt;

use super::attribute::find;
use super::{Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness, core};

/// A fault of a schema.
///
/// `Display` describes it, with the attribute's path in front.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The kind of fault.
    pub kind: FindingKind,
    /// The attribute, for example `emails.type`; empty if the schema itself is at fault.
    pub path: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(self.kind.rule())
    }
}

/// The kind of a [`Finding`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The schema's id is no URI (RFC 7643 §7).
    InvalidUri,
    /// The schema defines no attribute (RFC 7643 §2.1).
    NoAttributes,
    /// A name breaks the ABNF; `$ref` is allowed (RFC 7643 §2.1, erratum 8924).
    InvalidName,
    /// Two names differ at most in case (RFC 7643 §2.1).
    DuplicateName,
    /// The schema redefines an attribute that every resource has (RFC 7643 §3.1).
    CommonAttribute,
    /// A complex attribute has no sub-attributes (RFC 7643 §2.3.8, §7).
    NoSubAttributes,
    /// A simple attribute has sub-attributes (RFC 7643 §7).
    UnexpectedSubAttributes,
    /// A sub-attribute is complex (RFC 7643 §2.3.8, erratum 8415).
    ComplexSubAttribute,
    /// A reference names no possible target (RFC 7643 §2.3.7, §7).
    NoReferenceTypes,
    /// An attribute that is no reference has reference types (RFC 7643 §7).
    UnexpectedReferenceTypes,
    /// An attribute that is no string has canonical values (RFC 7643 §2.3.1).
    UnexpectedCanonicalValues,
    /// A canonical value appears twice. Case counts only for a case-exact attribute.
    DuplicateCanonicalValue,
    /// A complex, boolean, dateTime or binary attribute is unique (RFC 7643 §2.3, erratum 6004).
    UnexpectedUniqueness,
    /// An attribute without text is case-exact (RFC 7643 §2.3).
    UnexpectedCaseExact,
    /// A reference or a binary attribute ignores case (RFC 7643 §2.3.6, §2.3.7).
    CaseIgnored,
    /// A read-only attribute is required, but clients cannot write it (RFC 7643 §7).
    RequiredReadOnly,
    /// A read-only attribute is never returned, so it has no use.
    ReadOnlyNeverReturned,
    /// A write-only attribute is returned (RFC 7643 §7).
    WriteOnlyReturned,
    /// A read-only attribute has a writable sub-attribute.
    WritableInReadOnly,
    /// A single-valued attribute has `primary` (RFC 7643 §2.4).
    PrimaryOfSingle,
    /// `primary` is no boolean (RFC 7643 §2.4).
    PrimaryNotBoolean,
}

impl FindingKind {
    const fn rule(self) -> &'static str {
        match self {
            Self::InvalidUri => "the id of a schema must be a URI",
            Self::NoAttributes => "the schema defines no attribute",
            Self::InvalidName => {
                "a name must begin with a letter and continue with letters, digits, $, - and _"
            }
            Self::DuplicateName => "another attribute has the same name; case does not count",
            Self::CommonAttribute => {
                "every resource has this attribute, so no schema may define it"
            }
            Self::NoSubAttributes => "a complex attribute needs sub-attributes",
            Self::UnexpectedSubAttributes => "only a complex attribute may have sub-attributes",
            Self::ComplexSubAttribute => "a sub-attribute must not be complex",
            Self::NoReferenceTypes => "a reference needs referenceTypes",
            Self::UnexpectedReferenceTypes => "only a reference may have referenceTypes",
            Self::UnexpectedCanonicalValues => "only a string may have canonicalValues",
            Self::DuplicateCanonicalValue => "a canonical value appears twice",
            Self::UnexpectedUniqueness => {
                "a complex, boolean, dateTime or binary attribute cannot be unique"
            }
            Self::UnexpectedCaseExact => "only text can be case-exact",
            Self::CaseIgnored => "a reference or a binary attribute must be case-exact",
            Self::RequiredReadOnly => {
                "a read-only attribute cannot be required, because clients cannot write it"
            }
            Self::ReadOnlyNeverReturned => {
                "a read-only attribute that is never returned has no use"
            }
            Self::WriteOnlyReturned => "a write-only attribute must never be returned",
            Self::WritableInReadOnly => {
                "a sub-attribute of a read-only attribute must be read-only"
            }
            Self::PrimaryOfSingle => {
                "only an entry of a list can be primary; make the attribute multi-valued"
            }
            Self::PrimaryNotBoolean => "primary must be a boolean",
        }
    }
}

impl Schema {
    /// Finds the faults of the schema by the RFC, its errata and experience; a sound schema has none.
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
    /// assert_eq!(findings[0].to_string(), "photo: a reference needs referenceTypes");
    /// # Ok::<(), scim_core::Error>(())
    /// ```
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        let mut linter = Linter {
            is_served: core::is_served(self.id()),
            findings: Vec::new(),
        };

        if !is_uri(self.id()) {
            linter.report(FindingKind::InvalidUri, "");
        }
        if self.attributes().is_empty() {
            linter.report(FindingKind::NoAttributes, "");
        }
        for attribute in self.attributes() {
            if !linter.is_served && core::common().attribute(attribute.name()).is_some() {
                linter.report(FindingKind::CommonAttribute, attribute.name());
            }
        }
        linter.attributes(self.attributes(), None, "");

        linter.findings
    }
}

/// Whether `text` looks like an absolute URI of any scheme.
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
    /// Whether this is the schema of a discovery resource. The rules about requests do not apply to it.
    is_served: bool,
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
        // Only the schema of schemas may nest: RFC 7643 §7.
        if complex && is_part && !self.is_served {
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
        // `none` is the default and changes nothing.
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

        // For a number, `false` is the default and changes nothing.
        if attribute.stated_case_exact() == Some(kind == FindingKind::UnexpectedCaseExact) {
            self.report(kind, path);
        }
    }

    fn mutability(&mut self, attribute: &Attribute, parent: Option<&Attribute>, path: &str) {
        let read_only = attribute.mutability() == Mutability::ReadOnly;
        let returned = attribute.stated_returned();

        if read_only && attribute.is_required() && !self.is_served {
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
