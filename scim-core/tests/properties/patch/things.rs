//! A resource type with an attribute of each kind.

use scim_core::Schema;
use scim_core::schema::{Attribute, AttributeType, Mutability as Mut, ResourceType};

pub(crate) const EXTENSION: &str = "urn:example:2.0:Stock";

pub(crate) fn text(name: &str) -> Attribute {
    Attribute::new(name, AttributeType::String)
}

pub(crate) fn complex(name: &str, parts: Vec<Attribute>) -> Attribute {
    Attribute::new(name, AttributeType::Complex).with_sub_attributes(parts)
}

pub(crate) fn things() -> ResourceType {
    let flag = |name| Attribute::new(name, AttributeType::Boolean);
    let fixed = |attribute: Attribute| attribute.with_mutability(Mut::Immutable);
    let shown = |attribute: Attribute| attribute.with_mutability(Mut::ReadOnly);
    let core = Schema::new(
        "urn:example:2.0:Thing",
        "Thing",
        vec![
            text("label").required(),
            text("title"),
            flag("active"),
            Attribute::new("level", AttributeType::Integer),
            fixed(text("serial")),
            shown(text("state")),
            text("tags").multi_valued(),
            fixed(text("marks")).multi_valued(),
            complex(
                "name",
                vec![text("given"), text("family"), fixed(text("code"))],
            ),
            complex(
                "emails",
                vec![
                    text("value"),
                    text("type"),
                    flag("primary"),
                    text("display"),
                ],
            )
            .multi_valued(),
            complex(
                "places",
                vec![text("street").required(), text("type"), flag("primary")],
            )
            .multi_valued(),
            complex(
                "members",
                vec![
                    fixed(text("value").case_exact()),
                    fixed(Attribute::new("$ref", AttributeType::Reference)),
                    fixed(text("type")),
                    shown(text("display")),
                ],
            )
            .multi_valued(),
            complex(
                "owner",
                vec![
                    text("value"),
                    Attribute::new("$ref", AttributeType::Reference),
                    shown(text("display")),
                ],
            ),
        ],
    );
    let extension = Schema::new(
        EXTENSION,
        "Stock",
        vec![
            text("shelf").required(),
            text("note"),
            fixed(text("lot")),
            shown(text("count")),
            text("codes").multi_valued(),
        ],
    );

    ResourceType::new("Thing", "/Things", core).with_extension(extension)
}
