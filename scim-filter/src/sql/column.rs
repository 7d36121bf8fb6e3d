//! SQL for one value: a column, a member of a JSON column, or an element of a list.

use alloc::string::String;
use alloc::vec::Vec;

use super::Type;
use super::dialect::Engine;
use super::list::ListSource;
use super::table::ShapeRef;

/// The alias of one value of a multi-valued attribute; one is enough, because lists never nest.
const VALUE: &str = r#""scim_value""#;

/// The place and type of a simple value.
#[derive(Clone, Debug)]
pub(super) struct Column {
    r#type: Type,
    place: Place,
}

#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A complete SQL operand.
    Sql(String),
    /// A member of a JSON column.
    Json {
        document: String,
        members: Vec<String>,
    },
    /// A column of a row in a list.
    Row(String),
    /// The element of a JSON array.
    Item,
    /// A member of an object in a JSON array.
    Member(String),
}

impl Column {
    pub(super) const fn new(r#type: Type, place: Place) -> Self {
        Self { r#type, place }
    }

    pub(super) const fn r#type(&self) -> Type {
        self.r#type
    }

    /// Whether the column is a dateTime in the native type of the database, not in text.
    pub(super) const fn is_timestamp(&self, engine: Engine) -> bool {
        match (engine, &self.place) {
            (Engine::Postgres, Place::Sql(_) | Place::Row(_)) => {
                matches!(self.r#type, Type::DateTime)
            }
            (Engine::Postgres, Place::Json { .. } | Place::Item | Place::Member(_))
            | (Engine::Sqlite, _) => false,
        }
    }

    /// The SQL operand for the value, in the type of the column. It is NULL if there is no value, and
    /// also if a JSON number or boolean has another type.
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

/// The SQL before the condition on one value of a list: `EXISTS (SELECT … AND `.
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
        // A member that is not an array counts as a single value.
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

/// The condition that a value for the square brackets exists; `None` if a row of a list proves it.
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

/// The element, if it is an object. SQLite would read other texts as JSON too, and fail.
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

/// The member at the end of the names; the last step is `->` for JSON and `->>` for text.
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

/// A JSON path for SQLite, for example `'$."name"."givenName"'`.
fn sqlite_path(members: &[String]) -> String {
    let mut path = String::from("$");
    for member in members {
        path.push_str(&[".\"", &member.replace('"', "\\\""), "\""].concat());
    }
    literal(&path)
}

/// Quotes a name, which may be a keyword or contain blanks and quotation marks.
pub(super) fn quoted(name: &str) -> String {
    ["\"", &name.replace('"', "\"\""), "\""].concat()
}

/// Quotes a string of the table map; text from a request is always a parameter instead.
fn literal(text: &str) -> String {
    ["'", &text.replace('\'', "''"), "'"].concat()
}
