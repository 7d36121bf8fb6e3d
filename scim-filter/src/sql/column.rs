//! SQL for the value of a column, of a member of a JSON column, or of an element of a list.

use alloc::string::String;
use alloc::vec::Vec;

use super::Type;
use super::dialect::Engine;
use super::list::ListSource;
use super::table::ShapeRef;

/// What the query calls one value of a multi-valued attribute; lists are never nested.
const VALUE: &str = r#""scim_value""#;

/// A value that is not complex.
#[derive(Clone, Debug)]
pub(super) struct Column {
    r#type: Type,
    place: Place,
}

#[derive(Clone, Debug)]
pub(super) enum Place {
    /// SQL that stands as an operand.
    Sql(String),
    /// Inside a JSON column.
    Json {
        document: String,
        members: Vec<String>,
    },
    /// A column of the row that is one value of a list.
    Row(String),
    /// The element of a JSON array.
    Item,
    /// A member of the object that is the element of a JSON array.
    Member(String),
}

impl Column {
    pub(super) const fn new(r#type: Type, place: Place) -> Self {
        Self { r#type, place }
    }

    pub(super) const fn r#type(&self) -> Type {
        self.r#type
    }

    /// Whether a dateTime is held as the database's own type rather than as text.
    pub(super) const fn is_timestamp(&self, engine: Engine) -> bool {
        match (engine, &self.place) {
            (Engine::Postgres, Place::Sql(_) | Place::Row(_)) => {
                matches!(self.r#type, Type::DateTime)
            }
            (Engine::Postgres, Place::Json { .. } | Place::Item | Place::Member(_))
            | (Engine::Sqlite, _) => false,
        }
    }

    /// An operand with the value in the type of the column; NULL where there is none, and for JSON
    /// numbers and booleans also where there is something else.
    pub(super) fn sql(&self, engine: Engine) -> String {
        let (document, members): (_, &[String]) = match &self.place {
            Place::Sql(sql) => return sql.clone(),
            Place::Row(column) => return [VALUE, ".", &quoted(column)].concat(),
            Place::Json { document, members } => (document.clone(), members),
            Place::Item => (item_sql(engine), &[]),
            Place::Member(member) => (object_sql(engine), core::slice::from_ref(member)),
        };
        match engine {
            Engine::Postgres => postgres_json(self.r#type, &document, members),
            Engine::Sqlite if matches!(self.place, Place::Item) => sqlite_item(self.r#type),
            Engine::Sqlite => sqlite_json(self.r#type, &document, members),
        }
    }
}

/// What comes before the condition on one value of a list: `EXISTS (SELECT … AND `.
pub(super) fn exists_prefix(source: &ListSource, engine: Engine) -> String {
    match source {
        ListSource::Rows { table, keys } => {
            let table: Vec<_> = table.split('.').map(quoted).collect();
            let mut sql = String::from("EXISTS (SELECT 1 FROM ");
            sql.push_str(&table.join("."));
            sql.push_str(" AS ");
            sql.push_str(VALUE);
            sql.push_str(" WHERE ");
            for (key, parent) in keys {
                sql.push_str(&[VALUE, ".", &quoted(key), " = ", parent, " AND "].concat());
            }
            sql
        }
        // What is no array counts as the only value.
        ListSource::Json { column, members } => match engine {
            Engine::Postgres => {
                let array = postgres_member(column, members, "->");
                [
                    "EXISTS (SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(",
                    &array,
                    ") WHEN 'array' THEN ",
                    &array,
                    " ELSE jsonb_build_array(",
                    &array,
                    ") END) AS ",
                    VALUE,
                    "(\"item\") WHERE ",
                ]
                .concat()
            }
            Engine::Sqlite => {
                let path = sqlite_path(members);
                [
                    "EXISTS (SELECT 1 FROM json_each(CASE json_type(",
                    column,
                    ", ",
                    &path,
                    ") WHEN 'array' THEN json_extract(",
                    column,
                    ", ",
                    &path,
                    ") ELSE json_array(",
                    column,
                    " -> ",
                    &path,
                    ") END) AS ",
                    VALUE,
                    " WHERE ",
                ]
                .concat()
            }
        },
    }
}

/// The condition that there is a value at all to which square brackets apply, where a row or an
/// element alone does not say so.
pub(super) fn existence_condition(
    list: Option<&ListSource>,
    shape: ShapeRef<'_>,
    engine: Engine,
) -> Option<String> {
    match (list, shape) {
        (_, ShapeRef::Simple(column)) => Some([&column.sql(engine), " IS NOT NULL"].concat()),
        (Some(ListSource::Rows { .. }), ShapeRef::Complex(_)) => None,
        (Some(ListSource::Json { .. }), ShapeRef::Complex(_)) => Some(match engine {
            Engine::Postgres => ["jsonb_typeof(", &item_sql(engine), ") = 'object'"].concat(),
            Engine::Sqlite => [VALUE, ".\"type\" = 'object'"].concat(),
        }),
        (None, ShapeRef::Complex(columns)) => {
            let present = columns
                .iter()
                .map(|(_, column)| [&column.sql(engine), " IS NOT NULL"].concat());
            let present: Vec<_> = present.collect();
            Some(["(", &present.join(" OR "), ")"].concat())
        }
    }
}

fn item_sql(engine: Engine) -> String {
    let column = match engine {
        Engine::Postgres => ".\"item\"",
        Engine::Sqlite => ".\"value\"",
    };
    [VALUE, column].concat()
}

/// The element where it is an object: SQLite would take other texts for JSON too, and fail.
fn object_sql(engine: Engine) -> String {
    let item = item_sql(engine);
    match engine {
        Engine::Postgres => item,
        Engine::Sqlite => [
            "CASE ",
            VALUE,
            ".\"type\" WHEN 'object' THEN ",
            &item,
            " END",
        ]
        .concat(),
    }
}

fn postgres_json(r#type: Type, document: &str, members: &[String]) -> String {
    let value = postgres_member(document, members, "->");
    let text = postgres_member(document, members, "->>");
    match r#type {
        Type::Binary | Type::DateTime | Type::ExactText | Type::Text => text,
        Type::Boolean => [
            "CASE ",
            &value,
            " WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END",
        ]
        .concat(),
        Type::Number => [
            "CASE jsonb_typeof(",
            &value,
            ") WHEN 'number' THEN ",
            &text,
            "::numeric END",
        ]
        .concat(),
    }
}

/// The member that the names lead to; the last step is `->` for JSON and `->>` for text.
fn postgres_member(document: &str, members: &[String], last: &str) -> String {
    let Some((member, before)) = members.split_last() else {
        return match last {
            "->" => document.into(),
            _ => ["(", document, " #>> '{}')"].concat(),
        };
    };
    let mut sql = ["(", document].concat();
    for name in before {
        sql.push_str(&[" -> ", &literal(name)].concat());
    }
    sql.push_str(&[" ", last, " ", &literal(member), ")"].concat());
    sql
}

fn sqlite_json(r#type: Type, document: &str, members: &[String]) -> String {
    let place = [document, ", ", &sqlite_path(members)].concat();
    match r#type {
        Type::Binary | Type::DateTime | Type::ExactText | Type::Text => {
            ["json_extract(", &place, ")"].concat()
        }
        Type::Boolean => [
            "CASE json_type(",
            &place,
            ") WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
        ]
        .concat(),
        Type::Number => {
            let numeric = ") IN ('integer', 'real') THEN json_extract(";
            ["CASE WHEN json_type(", &place, numeric, &place, ") END"].concat()
        }
    }
}

fn sqlite_item(r#type: Type) -> String {
    let item = item_sql(Engine::Sqlite);
    match r#type {
        Type::Binary | Type::DateTime | Type::ExactText | Type::Text => item,
        Type::Boolean => [
            "CASE ",
            VALUE,
            ".\"type\" WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
        ]
        .concat(),
        Type::Number => {
            let numeric = ".\"type\" IN ('integer', 'real') THEN ";
            ["CASE WHEN ", VALUE, numeric, &item, " END"].concat()
        }
    }
}

/// `'$."name"."givenName"'`.
fn sqlite_path(members: &[String]) -> String {
    let mut path = String::from("$");
    for member in members {
        path.push_str(&[".\"", &member.replace('"', "\\\""), "\""].concat());
    }
    literal(&path)
}

/// A name, also one of a keyword or with blanks and quotation marks.
pub(super) fn quoted(name: &str) -> String {
    ["\"", &name.replace('"', "\"\""), "\""].concat()
}

/// A string of the operator's own; what comes with a request is always a parameter.
fn literal(text: &str) -> String {
    ["'", &text.replace('\'', "''"), "'"].concat()
}
