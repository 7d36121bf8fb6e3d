//! The endpoints of the emulated account and their scopes.

mod query;

use http::Method;
use serde_json::{Value, json};

use self::query::{Query, cursor, decoded};
use super::account::{Account, Key, PageRequest};
use super::answer::Answer;
use crate::client::API_VERSION;
use crate::client::scopes::{
    BILLING_SCOPE, READ_ROWS, READ_SEATS, READ_TEAMS, READ_USERS, WRITE_ROWS, WRITE_TEAMS,
    WRITE_USERS,
};

/// The default scopes of the emulated token: all that HubSpot names for users.
pub(super) const ALL_SCOPES: [&str; 7] = [
    "crm.objects.users.read",
    "crm.objects.users.write",
    BILLING_SCOPE,
    "settings.users.read",
    "settings.users.teams.read",
    "settings.users.teams.write",
    "settings.users.write",
];

/// A call of the API.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Endpoint {
    Account,
    CreateUser,
    CrmList {
        page: PageRequest,
        properties: Vec<String>,
    },
    CrmProperties,
    CrmRead {
        id: String,
        properties: Vec<String>,
    },
    CrmSearch,
    CrmUpdate {
        id: String,
    },
    DeleteUser(Key),
    JoinTeam {
        team: String,
    },
    LeaveTeam {
        team: String,
        user: String,
        kind: Option<String>,
    },
    ListUsers(PageRequest),
    ReadUser(Key),
    Roles,
    Seats,
    Teams,
    UpdateUser(Key),
}

impl Endpoint {
    /// Reads a request line.
    pub(super) fn of(method: &Method, path: &str, query: &str) -> Result<Self, Answer> {
        let below = |area: &str| {
            let rest = path.strip_prefix(area)?.strip_prefix(API_VERSION)?;
            (rest.is_empty() || rest.starts_with('/')).then_some(rest)
        };

        let (method, query) = (method.as_str(), Query::read(query));
        if let Some(rest) = below("/settings/users/") {
            return Self::of_users(method, rest, &query);
        }
        if let Some(rest) = below("/settings/teams/") {
            return Self::of_teams(method, rest, query);
        }
        if let Some(rest) = below("/crm/objects/") {
            return Self::of_crm(method, rest, query);
        }

        let alone = |endpoint| match method {
            "GET" => Ok(endpoint),
            _ => Err(Answer::method_not_allowed("GET")),
        };
        if below("/account-info/") == Some("/details") {
            return alone(Self::Account);
        }
        if matches!(
            below("/crm/properties/"),
            Some("/user" | "/users" | "/0-115")
        ) {
            return alone(Self::CrmProperties);
        }
        Err(Answer::not_found())
    }

    fn of_users(method: &str, rest: &str, query: &Query) -> Result<Self, Answer> {
        match (rest, method) {
            ("" | "/", "GET") => query.page().map(Self::ListUsers),
            ("" | "/", "POST") => Ok(Self::CreateUser),
            ("" | "/", _) => Err(Answer::method_not_allowed("GET, POST")),
            ("/roles", "GET") => Ok(Self::Roles),
            ("/seats", "GET") => Ok(Self::Seats),
            ("/teams", "GET") => Ok(Self::Teams),
            ("/roles" | "/seats" | "/teams", _) => Err(Answer::method_not_allowed("GET")),
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

    fn of_teams(method: &str, rest: &str, query: Query) -> Result<Self, Answer> {
        let mut segments = rest.split('/').skip(1).map(decoded);
        let mut next = || segments.next().flatten();
        match (next(), next().as_deref(), next(), next()) {
            (Some(team), Some("members"), None, None) => match method {
                "POST" => Ok(Self::JoinTeam { team }),
                _ => Err(Answer::method_not_allowed("POST")),
            },
            (Some(team), Some("members"), Some(user), None) => match method {
                "DELETE" => Ok(Self::LeaveTeam {
                    team,
                    user,
                    kind: query.kind,
                }),
                _ => Err(Answer::method_not_allowed("DELETE")),
            },
            _ => Err(Answer::not_found()),
        }
    }

    fn of_crm(method: &str, rest: &str, query: Query) -> Result<Self, Answer> {
        if rest == "/users" {
            return match method {
                "GET" => Ok(Self::CrmList {
                    page: query.crm_page()?,
                    properties: query.properties,
                }),
                _ => Err(Answer::method_not_allowed("GET")),
            };
        }

        let segment = rest
            .strip_prefix("/users/")
            .filter(|rest| !rest.contains('/'));
        let id = segment.and_then(decoded).ok_or_else(Answer::not_found)?;
        match (id.as_str(), method) {
            ("search", "POST") => Ok(Self::CrmSearch),
            ("search", _) => Err(Answer::method_not_allowed("POST")),
            (_, "GET") => Ok(Self::CrmRead {
                id,
                properties: query.properties,
            }),
            (_, "PATCH") => Ok(Self::CrmUpdate { id }),
            _ => Err(Answer::method_not_allowed("GET, PATCH")),
        }
    }

    /// Whether the call is a search: it also counts against the limit of searches, and its answer carries no
    /// headers of the limit.
    pub(super) fn is_search(&self) -> bool {
        *self == Self::CrmSearch
    }

    /// Returns the scopes of which the token needs one. The account's details need none.
    fn scopes(&self) -> &'static [&'static str] {
        match self {
            Self::Account => &[],
            Self::ListUsers(_) | Self::ReadUser(_) | Self::Roles => READ_USERS,
            Self::CreateUser | Self::DeleteUser(_) | Self::UpdateUser(_) => WRITE_USERS,
            Self::CrmList { .. } | Self::CrmProperties | Self::CrmRead { .. } | Self::CrmSearch => {
                READ_ROWS
            }
            Self::CrmUpdate { .. } => WRITE_ROWS,
            Self::JoinTeam { .. } | Self::LeaveTeam { .. } => WRITE_TEAMS,
            Self::Seats => READ_SEATS,
            Self::Teams => READ_TEAMS,
        }
    }

    /// Carries out the call if the token has the scope.
    pub(super) fn perform(&self, account: &mut Account, scopes: &[String], body: &[u8]) -> Answer {
        let holds = |scope: &str| scopes.iter().any(|held| held == scope);
        let needed = self.scopes();
        if !needed.is_empty() && !needed.iter().any(|scope| holds(scope)) {
            return Answer::missing_scopes(needed);
        }
        self.answer(account, holds(BILLING_SCOPE), body)
            .unwrap_or_else(|refusal| refusal)
    }

    fn answer(&self, account: &mut Account, billing: bool, body: &[u8]) -> Result<Answer, Answer> {
        let body = || {
            serde_json::from_slice::<Value>(body)
                .map_err(|_| Answer::invalid("Invalid input JSON: cannot be parsed."))
        };

        Ok(match self {
            Self::Account => Answer::ok(account_details()),
            Self::CreateUser => {
                let (id, user) = account.create(&body()?, billing)?;
                Answer::created(format!("/settings/users/{API_VERSION}/{id}"), user)
            }
            Self::CrmList { page, properties } => {
                let (rows, next) = account.crm_page(*page, properties)?;
                page_json(&rows, next)
            }
            Self::CrmProperties => Answer::ok(account.crm_properties()),
            Self::CrmRead { id, properties } => Answer::ok(account.crm_read(id, properties)?),
            Self::CrmSearch => Answer::ok(account.crm_search(&body()?)?),
            Self::CrmUpdate { id } => Answer::ok(account.crm_update(id, &body()?)?),
            Self::DeleteUser(key) => {
                account.delete(key)?;
                Answer::no_content()
            }
            Self::JoinTeam { team } => {
                let member = account.join(team, &body()?)?;
                Answer::created(
                    format!("/settings/teams/{API_VERSION}/{team}/members"),
                    member,
                )
            }
            Self::LeaveTeam { team, user, kind } => {
                account.leave(team, user, kind.as_deref())?;
                Answer::no_content()
            }
            Self::ListUsers(request) => {
                let (rows, next) = account.page(*request);
                page_json(&rows, next)
            }
            Self::ReadUser(key) => Answer::ok(account.read(key)?),
            Self::Roles => Answer::ok(account.roles_json()?),
            Self::Seats => Answer::ok(account.seats_json()),
            Self::Teams => Answer::ok(account.teams_json()),
            Self::UpdateUser(key) => Answer::ok(account.update(key, &body()?, billing)?),
        })
    }
}

/// Returns one page of a list, with the cursor of the next.
fn page_json(rows: &[Value], next: Option<u64>) -> Answer {
    match next {
        Some(last) => Answer::ok(json!({
            "results": rows,
            "paging": {"next": {"after": cursor(last)}},
        })),
        None => Answer::ok(json!({"results": rows})),
    }
}

fn account_details() -> Value {
    json!({
        "portalId": 143_277_001,
        "accountType": "STANDARD",
        "timeZone": "Europe/Dublin",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
    })
}

#[cfg(test)]
mod tests {
    use super::query::position;
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
