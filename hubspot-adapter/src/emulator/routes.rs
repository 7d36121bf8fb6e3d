//! Which request asks for what, and which scopes it takes.

use http::Method;
use serde_json::{Value, json};

use super::account::{Account, Key};
use super::answer::Answer;
use crate::client::API_VERSION;
use crate::dialect::PAGE_LIMIT;

/// The scopes the emulated token has unless told otherwise: all that HubSpot names for users.
pub(super) const ALL_SCOPES: [&str; 7] = [
    "crm.objects.users.read",
    "crm.objects.users.write",
    "settings.billing.write",
    "settings.users.read",
    "settings.users.teams.read",
    "settings.users.teams.write",
    "settings.users.write",
];

const READ: &[&str] = &["settings.users.read", "crm.objects.users.read"];
const WRITE: &[&str] = &["settings.users.write", "crm.objects.users.write"];
const TEAMS: &[&str] = &["settings.users.teams.read"];
const BILLING: &str = "settings.billing.write";

/// What a request asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Endpoint {
    Account,
    CreateUser,
    DeleteUser(Key),
    ListUsers { limit: usize, after: u64 },
    ReadUser(Key),
    Roles,
    Teams,
    UpdateUser(Key),
}

impl Endpoint {
    /// Reads a request line.
    pub(super) fn of(method: &Method, path: &str, query: &str) -> Result<Self, Answer> {
        let users = format!("/settings/users/{API_VERSION}");
        if path == format!("/account-info/{API_VERSION}/details") {
            return match method.as_str() {
                "GET" => Ok(Self::Account),
                _ => Err(Answer::method_not_allowed("GET")),
            };
        }
        let Some(rest) = path.strip_prefix(&users) else {
            return Err(Answer::not_found());
        };
        let query = Query::read(query);
        match (rest, method.as_str()) {
            ("" | "/", "GET") => query.page(),
            ("" | "/", "POST") => Ok(Self::CreateUser),
            ("" | "/", _) => Err(Answer::method_not_allowed("GET, POST")),
            ("/roles", "GET") => Ok(Self::Roles),
            ("/teams", "GET") => Ok(Self::Teams),
            ("/roles" | "/teams", _) => Err(Answer::method_not_allowed("GET")),
            (rest, method) => {
                let segment = rest.strip_prefix('/').filter(|rest| !rest.contains('/'));
                let key = query.key(segment.ok_or_else(Answer::not_found)?)?;
                match method {
                    "GET" => Ok(Self::ReadUser(key)),
                    "PUT" => Ok(Self::UpdateUser(key)),
                    "DELETE" => Ok(Self::DeleteUser(key)),
                    _ => Err(Answer::method_not_allowed("GET, PUT, DELETE")),
                }
            }
        }
    }

    /// The scopes of which one is needed; none for the account's details.
    fn scopes(&self) -> &'static [&'static str] {
        match self {
            Self::Account => &[],
            Self::ListUsers { .. } | Self::ReadUser(_) | Self::Roles => READ,
            Self::CreateUser | Self::DeleteUser(_) | Self::UpdateUser(_) => WRITE,
            Self::Teams => TEAMS,
        }
    }

    /// Carries the request out, if the token may.
    pub(super) fn perform(&self, account: &mut Account, scopes: &[String], body: &[u8]) -> Answer {
        let holds = |scope: &str| scopes.iter().any(|held| held == scope);
        let needed = self.scopes();
        if !needed.is_empty() && !needed.iter().any(|scope| holds(scope)) {
            return Answer::missing_scopes(needed);
        }
        self.answer(account, holds(BILLING), body)
            .unwrap_or_else(|refusal| refusal)
    }

    fn answer(&self, account: &mut Account, billing: bool, body: &[u8]) -> Result<Answer, Answer> {
        let body = || {
            serde_json::from_slice::<Value>(body)
                .map_err(|_| Answer::invalid("Invalid input JSON: cannot be parsed."))
        };
        Ok(match self {
            Self::Account => Answer::ok(json!({
                "portalId": 143_277_001,
                "accountType": "STANDARD",
                "timeZone": "Europe/Dublin",
                "companyCurrency": "EUR",
                "additionalCurrencies": [],
                "utcOffset": "+00:00",
                "utcOffsetMilliseconds": 0,
                "uiDomain": "app-eu1.hubspot.com",
                "dataHostingLocation": "eu1",
            })),
            Self::CreateUser => {
                let (id, user) = account.create(&body()?, billing)?;
                Answer::created(format!("/settings/users/{API_VERSION}/{id}"), user)
            }
            Self::DeleteUser(key) => {
                account.remove(key);
                Answer::no_content()
            }
            Self::ListUsers { limit, after } => {
                let (rows, next) = account.page(*limit, *after);
                match next {
                    Some(last) => Answer::ok(json!({
                        "results": rows,
                        "paging": {"next": {"after": cursor(last)}},
                    })),
                    None => Answer::ok(json!({"results": rows})),
                }
            }
            Self::ReadUser(key) => Answer::ok(account.read(key)?),
            Self::Roles => Answer::ok(account.roles_json()?),
            Self::Teams => Answer::ok(account.teams_json()),
            Self::UpdateUser(key) => Answer::ok(account.update(key, &body()?, billing)?),
        })
    }
}

/// The parameters HubSpot knows; others are ignored.
#[derive(Debug, Default)]
struct Query {
    limit: Option<String>,
    after: Option<String>,
    id_property: Option<String>,
}

impl Query {
    fn read(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "limit" => query.limit = Some(value.into_owned()),
                "after" => query.after = Some(value.into_owned()),
                "idProperty" => query.id_property = Some(value.into_owned()),
                _ => {}
            }
        }
        query
    }

    fn page(&self) -> Result<Endpoint, Answer> {
        let limit = match &self.limit {
            None => PAGE_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| Answer::invalid("limit must be a positive number."))?,
        };
        let after = match &self.after {
            None => 0,
            Some(text) => {
                position(text).ok_or_else(|| Answer::invalid("after is not a cursor."))?
            }
        };
        Ok(Endpoint::ListUsers {
            limit: usize::from(limit.min(PAGE_LIMIT)),
            after,
        })
    }

    fn key(&self, segment: &str) -> Result<Key, Answer> {
        let text = decoded(segment).ok_or_else(Answer::not_found)?;
        match self.id_property.as_deref() {
            None | Some("USER_ID") => Ok(Key::Id(text)),
            Some("EMAIL") => Ok(Key::Email(text)),
            Some(_) => Err(Answer::invalid("idProperty must be USER_ID or EMAIL.")),
        }
    }
}

/// A path segment as HubSpot reads it, where an unencoded `+` is a blank.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push(u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?);
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// A cursor nobody is tempted to compute with.
fn cursor(last: u64) -> String {
    format!("c{:x}", last.rotate_left(29))
}

fn position(cursor: &str) -> Option<u64> {
    let number = u64::from_str_radix(cursor.strip_prefix('c')?, 16).ok()?;
    Some(number.rotate_right(29))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(method: &str, path: &str, query: &str) -> Result<Endpoint, u16> {
        Endpoint::of(&method.parse().unwrap(), path, query).map_err(|answer| answer.status.as_u16())
    }

    #[test]
    fn a_plus_in_a_path_must_be_encoded() {
        let path = |segment| format!("/settings/users/2026-09/{segment}");
        assert_eq!(
            endpoint("GET", &path("a%2Bb%40c.example"), "idProperty=EMAIL"),
            Ok(Endpoint::ReadUser(Key::Email("a+b@c.example".into())))
        );
        assert_eq!(
            endpoint("GET", &path("a+b@c.example"), "idProperty=EMAIL"),
            Ok(Endpoint::ReadUser(Key::Email("a b@c.example".into())))
        );
        assert_eq!(endpoint("GET", &path("%zz"), ""), Err(404));
    }

    #[test]
    fn unknown_paths_are_404_and_unknown_methods_405() {
        assert_eq!(endpoint("GET", "/settings/users/v3", ""), Err(404));
        assert_eq!(endpoint("GET", "/settings/users/2026-09/1/2", ""), Err(404));
        assert_eq!(endpoint("PATCH", "/settings/users/2026-09/1", ""), Err(405));
        assert_eq!(endpoint("DELETE", "/settings/users/2026-09", ""), Err(405));
        assert_eq!(
            endpoint("GET", "/settings/users/2026-09/1", "idProperty=NAME"),
            Err(400)
        );
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        for last in [0, 1, 26_743_001, u64::MAX] {
            assert_eq!(position(&cursor(last)), Some(last));
        }
        assert_eq!(position("26743001"), None);
        assert_eq!(
            endpoint("GET", "/settings/users/2026-09", "after=x"),
            Err(400)
        );
        assert_eq!(
            endpoint("GET", "/settings/users/2026-09", "limit=0"),
            Err(400)
        );
    }
}
