//! Which users a filter can select, in the terms in which HubSpot and the state can find them.

use scim_core::filter::{AttrPath, CompareOp, Expr, Filter, Value};

/// The cheapest way to every user that a filter can select.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lookup {
    /// By `userName`.
    UserName(String),
    /// By e-mail address.
    Email(String),
    /// By `externalId`, which the state alone knows.
    ExternalId(String),
    /// By HubSpot's id.
    Id(String),
    /// By reading all users.
    Walk,
}

impl Lookup {
    /// Of a conjunction, the first term that leads to one user will do: the rest is evaluated on what it finds.
    pub(crate) fn of(filter: Option<&Filter<'_>>) -> Self {
        filter
            .and_then(|filter| first(filter.expr(), term))
            .unwrap_or(Self::Walk)
    }
}

/// What `find` finds in an expression, or in the first term of a conjunction where it finds something.
fn first<'f>(expr: Expr<'f>, find: impl Fn(&Expr<'f>) -> Option<Lookup>) -> Option<Lookup> {
    if let Expr::And(terms) = expr {
        terms.into_iter().find_map(|term| find(&term))
    } else {
        find(&expr)
    }
}

fn term(expr: &Expr<'_>) -> Option<Lookup> {
    if let Expr::ValuePath { path, filter } = expr {
        if is(path, "emails") && is_core(path) {
            return first(filter.expr(), |expr| {
                let (path, text) = equality(expr)?;
                is(path, "value").then(|| Lookup::Email(text.to_owned()))
            });
        }
    }
    let (path, text) = equality(expr)?;
    let text = text.to_owned();
    match path.sub_attribute() {
        _ if !is_core(path) => None,
        None if is(path, "userName") => Some(Lookup::UserName(text)),
        None if is(path, "externalId") => Some(Lookup::ExternalId(text)),
        None if is(path, "id") => Some(Lookup::Id(text)),
        None if is(path, "emails") => Some(Lookup::Email(text)),
        Some(sub) if is(path, "emails") && sub.eq_ignore_ascii_case("value") => {
            Some(Lookup::Email(text))
        }
        None | Some(_) => None,
    }
}

/// The attribute and the string of `attribute eq "string"`.
fn equality<'f>(expr: &Expr<'f>) -> Option<(&'f AttrPath<'f>, &'f str)> {
    if let Expr::Compare {
        path,
        op: CompareOp::Eq,
        value: Value::String(text),
    } = expr
    {
        Some((path, text))
    } else {
        None
    }
}

fn is(path: &AttrPath<'_>, name: &str) -> bool {
    path.name().eq_ignore_ascii_case(name)
}

fn is_core(path: &AttrPath<'_>) -> bool {
    path.uri()
        .is_none_or(|uri| uri.eq_ignore_ascii_case(scim_core::schema::USER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(filter: &str) -> Lookup {
        Lookup::of(Some(&Filter::parse(filter).unwrap()))
    }

    #[test]
    fn what_identity_providers_ask_for_needs_no_walk() {
        let email = Lookup::Email("a@b".to_owned());
        assert_eq!(
            lookup(r#"userName eq "a@b""#),
            Lookup::UserName("a@b".to_owned())
        );
        assert_eq!(
            lookup(r#"externalId eq "7""#),
            Lookup::ExternalId("7".to_owned())
        );
        assert_eq!(lookup(r#"emails[type eq "work"].value eq "a@b""#), email);
        assert_eq!(
            lookup(r#"emails[type eq "work" and value eq "a@b"]"#),
            email
        );
        assert_eq!(lookup(r#"emails.value eq "a@b""#), email);
        assert_eq!(
            lookup(r#"active eq true and id eq "7""#),
            Lookup::Id("7".to_owned())
        );
    }

    #[test]
    fn what_may_select_more_is_a_walk() {
        for filter in [
            r#"userName sw "a""#,
            r#"userName eq "a" or userName eq "b""#,
            r#"not (userName eq "a")"#,
            r#"userName ne "a""#,
            r#"emails[type eq "work"]"#,
        ] {
            assert_eq!(lookup(filter), Lookup::Walk, "{filter}");
        }
        assert_eq!(Lookup::of(None), Lookup::Walk);
    }
}
