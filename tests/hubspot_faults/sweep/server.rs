//! A server that can end, and all data of one user.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hubspot_adapter::RowField;
use hubspot_adapter::client::User;
use hubspot_adapter::state::UserRecord;
use scim_tests::{Answer, Scene};
use serde_json::Value;

use super::shapes::{ADA, HANNAH, Request, Shape};

const USERS: &str = "/scim/v2/Users";

/// All data of the user, from every place.
#[derive(Clone, PartialEq)]
pub(crate) struct Everything {
    shown: Option<Value>,
    users: Vec<User>,
    row: Option<String>,
    records: Vec<String>,
}

impl fmt::Display for Everything {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.shown.as_ref().map(Value::to_string))?;
        writeln!(f, "{:?} {:?}", self.row, self.records)?;
        let held = self.users.iter().map(|user| {
            let places = (&user.secondary_team_ids, &user.seat_names);
            (
                &user.id,
                &user.first_name,
                &user.last_name,
                &user.role_ids,
                places,
            )
        });
        writeln!(f, "{:?}", held.collect::<Vec<_>>())
    }
}

pub(crate) struct Server {
    pub(crate) scene: Scene,
    email: &'static str,
    id: String,
}

impl Server {
    pub(crate) async fn start(config: &str, shape: &Shape) -> Self {
        let scene = Scene::builder().configure(config).connected().start().await;
        assert!(scene.hubspot().rename_by_hand(HANNAH, "Hannah", "Fischer"));
        let mut server = Self {
            scene,
            email: shape.email,
            id: String::new(),
        };
        for request in &shape.before {
            server.send_until_accepted(request, shape.name).await;
        }
        if !shape.before.is_empty() {
            let hubspot = server.scene.hubspot();
            // The request is for a user who is already in HubSpot.
            let _ = hubspot.activate(ADA)
                && hubspot.set_secondary_teams_by_hand(ADA, &["5304", "5305"]);
        }
        server.scene.hubspot().clear_requests();
        server
    }

    fn path(&self, request: &Request) -> String {
        match request.method {
            "POST" => USERS.to_owned(),
            _ => format!("{USERS}/{}", self.id),
        }
    }

    pub(crate) async fn send(&mut self, request: &Request) -> Answer {
        let path = self.path(request);
        let answer = self
            .scene
            .send(request.method, &path, request.body.as_ref())
            .await;
        self.learn(&answer);
        answer
    }

    fn learn(&mut self, answer: &Answer) {
        if !answer.id().is_empty() {
            answer.id().clone_into(&mut self.id);
        }
    }

    /// As [`ask`](Self::send), from a process that ends after this number of HubSpot calls.
    pub(crate) async fn send_and_die(&mut self, request: &Request, calls: u32) -> Option<Answer> {
        let path = self.path(request);
        let answer = {
            let hubspot = self.scene.hubspot();
            let mut sent = pin!(
                self.scene
                    .send(request.method, &path, request.body.as_ref())
            );
            poll_fn(|cx| {
                cx.waker().wake_by_ref();
                if hubspot.requests().len() > usize::try_from(calls).unwrap_or(usize::MAX) {
                    return Poll::Ready(None);
                }
                sent.as_mut().poll(cx).map(Some)
            })
            .await
        };
        match &answer {
            Some(answer) => self.learn(answer),
            None => self.scene.restart(),
        }
        answer
    }

    pub(crate) async fn send_until_accepted(&mut self, request: &Request, context: &str) -> Answer {
        for _ in 0..6 {
            let answer = self.send(request).await;
            if answer.status() < 500 {
                assert!(
                    answer.status() < 300
                        || request.method == "POST" && answer.status() == 409
                        || request.method == "DELETE" && answer.status() == 404,
                    "{context}: {request:?}: {}",
                    answer.text()
                );
                if answer.status() == 409 {
                    // After a conflict an identity provider searches for the user.
                    let found = self.scene.find(self.email).await.unwrap();
                    let id = found.get("id").and_then(Value::as_str);
                    id.unwrap().clone_into(&mut self.id);
                }
                return answer;
            }
            let after = answer.header("retry-after").unwrap_or_default();
            // Without `Retry-After` a client retries later.
            let wait = Duration::from_secs(after.parse().unwrap_or(1));
            self.scene.timer().advance(wait);
        }
        panic!("{context}: the request never succeeds");
    }

    /// The values of the row, pending values included.
    async fn row(&self) -> Option<String> {
        let row = self.scene.hubspot().crm_user(self.email)?;
        let waiting = self
            .scene
            .state()
            .by_id(&self.id)
            .await
            .unwrap()
            .and_then(|record| record.pending_row)
            .unwrap_or_default();
        let of = |field| waiting.get(field).map(str::to_owned);
        let held = |name: &str| row.get(name).map(str::to_owned);
        Some(format!(
            "{:?} {:?}",
            of(RowField::Title).or(held("hs_job_title")),
            of(RowField::TimeZone).or(held("hs_standard_time_zone"))
        ))
    }

    pub(crate) async fn everything(&self) -> Everything {
        let shown = self.scene.find(self.email).await;
        let hubspot = self.scene.hubspot();
        Everything {
            shown,
            users: hubspot.users(),
            row: self.row().await,
            records: self
                .scene
                .state()
                .all()
                .await
                .unwrap()
                .iter()
                .map(describe)
                .collect(),
        }
    }

    pub(crate) fn has_access(&self) -> bool {
        self.scene
            .hubspot()
            .user_by_email(self.email)
            .is_some_and(|_| self.scene.roles_of(self.email) != ["No Access"])
    }

    pub(crate) fn count(&self) -> usize {
        let users = self.scene.hubspot().users();
        users
            .iter()
            .filter(|user| user.email.eq_ignore_ascii_case(self.email))
            .count()
    }
}

/// Describes the parts of a record that no other place has. Pending values count as values of the row. Remembered settings
/// matter only once the user has lost them.
fn describe(record: &UserRecord) -> String {
    let said = format!(
        "{} {:?} {:?} {:?} removed {}",
        record.id(),
        record.user_name,
        record.external_id,
        record.origin,
        record.removed
    );
    if !record.removed {
        return said;
    }
    let had = &record.last_seen;
    let waiting = record.pending_row.clone().unwrap_or_default();
    let of = |field| waiting.get(field).or(record.row.get(field));
    let (title, zone) = (of(RowField::Title), of(RowField::TimeZone));
    format!(
        "{said} {title:?} {zone:?} name {:?} teams {:?} {:?} roles {:?} {:?} seats {:?}",
        record.pending_name,
        had.primary_team_id,
        had.secondary_team_ids,
        had.role_id,
        had.role_ids,
        had.seat_names,
    )
}
