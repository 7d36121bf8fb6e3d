//! Errors of a translation, and the names it takes from the table.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken setup fails the test"
)]

use scim_filter::Filter;
use scim_filter::sql::{Dialect, ErrorKind, List, Table, Type};
use scim_tests::sql::Layout;

const DIALECTS: [Dialect; 2] = [Dialect::postgres(), Dialect::sqlite()];

fn refusal(table: &Table, filter: &str, dialect: Dialect) -> (ErrorKind, String) {
    let filter = Filter::parse(filter).unwrap();
    let error = table.condition(&filter, dialect).expect_err("refused");
    (error.kind(), error.attribute().to_owned())
}

#[test]
fn an_unmapped_attribute_is_refused_by_name_anywhere() {
    for layout in [Layout::Columns, Layout::Document] {
        for (filter, attribute) in [
            ("shoeSize eq 7", "shoeSize"),
            ("shoeSize ne 7", "shoeSize"),
            ("shoeSize pr", "shoeSize"),
            ("shoeSize eq null", "shoeSize"),
            ("shoeSize gt null", "shoeSize"),
            (r#"id eq "1" or not (shoeSize pr)"#, "shoeSize"),
            (
                r#"id eq "1" or shoeSize eq "1" or shoeSize eq "2""#,
                "shoeSize",
            ),
            (r#"emails[colour eq "red"]"#, "colour"),
            ("shoes[size eq 7]", "shoes"),
            (r#"emails.colour eq "red""#, "emails.colour"),
            ("emails[not (colour pr)]", "colour"),
            (r#"emails[emails.value eq "x"]"#, "emails.value"),
            (r#"tags.value eq "x""#, "tags.value"),
            (r#"name eq "Ada""#, "name"),
            (
                r#"urn:example:2.0:User:userName eq "Ada""#,
                "urn:example:2.0:User:userName",
            ),
        ] {
            for dialect in DIALECTS {
                let expected = (ErrorKind::Unmapped, attribute.to_owned());
                assert_eq!(
                    refusal(&layout.table(), filter, dialect),
                    expected,
                    "{filter}"
                );
            }
        }
    }
}

#[test]
fn a_value_that_no_database_can_hold_is_refused_by_name() {
    let table = Layout::Columns.table();
    let [postgres, sqlite] = DIALECTS;
    for (filter, dialect, kind, attribute) in [
        (
            r#"userName eq "a\u0000b""#,
            postgres,
            ErrorKind::Nul,
            "userName",
        ),
        (
            r#"userName co "a\u0000b""#,
            sqlite,
            ErrorKind::Nul,
            "userName",
        ),
        (
            r#"emails[type sw "\u0000"]"#,
            postgres,
            ErrorKind::Nul,
            "type",
        ),
        (
            r#"id eq "a" or id eq "\u0000""#,
            sqlite,
            ErrorKind::Nul,
            "id",
        ),
        (
            r#"meta.created sw "2011""#,
            postgres,
            ErrorKind::NotADateTime,
            "meta.created",
        ),
        (
            r#"meta.created gt "yesterday""#,
            postgres,
            ErrorKind::NotADateTime,
            "meta.created",
        ),
        (
            r#"meta.created eq "10000-01-01T00:00:00Z""#,
            postgres,
            ErrorKind::OutOfRange,
            "meta.created",
        ),
        (
            r#"meta.created eq "0000-01-01T00:00:00Z""#,
            sqlite,
            ErrorKind::OutOfRange,
            "meta.created",
        ),
        (
            r#"meta.created eq "-0044-03-15T00:00:00Z""#,
            sqlite,
            ErrorKind::OutOfRange,
            "meta.created",
        ),
        ("age eq 1e501", postgres, ErrorKind::OutOfRange, "age"),
        (
            "age eq 1e-999999999999",
            postgres,
            ErrorKind::OutOfRange,
            "age",
        ),
        ("age lt 1e400", sqlite, ErrorKind::OutOfRange, "age"),
        (
            "age gt 0.10000000000000000001",
            sqlite,
            ErrorKind::OutOfRange,
            "age",
        ),
    ] {
        assert_eq!(
            refusal(&table, filter, dialect),
            (kind, attribute.to_owned()),
            "{filter}"
        );
    }
}

#[test]
fn names_are_quoted_and_the_last_entry_counts() {
    let table = Table::new(r#"us"ers"#)
        .column("a", Type::Text, "unused")
        .column("A", Type::ExactText, r#"x" OR 1=1 --"#)
        .json("b", Type::Text, "doc", ["it's", "b"])
        .list(
            "c",
            List::row_values("crm.c", "u", "id", Type::ExactText, "v"),
        );
    let sql = |filter, dialect| {
        table
            .condition(&Filter::parse(filter).unwrap(), dialect)
            .unwrap()
            .into_parts()
            .0
    };
    let [postgres, sqlite] = DIALECTS;
    assert_eq!(
        sql(r#"a eq "1""#, postgres),
        r#"("us""ers"."x"" OR 1=1 --" = $1)"#
    );
    assert_eq!(
        sql("b ne null", postgres),
        r#"(("us""ers"."doc" -> 'it''s' ->> 'b') IS NOT NULL)"#
    );
    assert_eq!(
        sql("b ne null", sqlite),
        r#"(json_extract("us""ers"."doc", '$."it''s"."b"') IS NOT NULL)"#
    );
    assert_eq!(
        sql("c pr", sqlite),
        concat!(
            r#"(EXISTS (SELECT 1 FROM "crm"."c" AS "scim_value" WHERE "scim_value"."u" = "us""ers"."id" "#,
            r#"AND "scim_value"."v" <> ''))"#
        )
    );
}
