//! A server that can be asked and ended, and all that is known of one user.

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

use super::shapes::{ADA, Ask, HANNAH, Shape};

const USERS: &str = "/scim/v2/Users";

/// All that is known anywhere.
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
        for ask in &shape.before {
            server.insist(ask, shape.name).await;
        }
        if !shape.before.is_empty() {
            let hubspot = server.scene.hubspot();
            // Where she is in HubSpot.
            let _ = hubspot.activate(ADA)
                && hubspot.set_secondary_teams_by_hand(ADA, &["5304", "5305"]);
        }
        server.scene.hubspot().clear_requests();
        server
    }

    fn path(&self, ask: &Ask) -> String {
        match ask.method {
            "POST" => USERS.to_owned(),
            _ => format!("{USERS}/{}", self.id),
        }
    }

    pub(crate) async fn ask(&mut self, ask: &Ask) -> Answer {
        let path = self.path(ask);
        let answer = self.scene.send(ask.method, &path, ask.body.as_ref()).await;
        self.learn(&answer);
        answer
    }

    fn learn(&mut self, answer: &Answer) {
        if !answer.id().is_empty() {
            answer.id().clone_into(&mut self.id);
        }
    }

    /// As [`ask`](Self::ask), by a process that ends as soon as HubSpot has had more than so many calls.
    pub(crate) async fn ask_and_die(&mut self, ask: &Ask, calls: u32) -> Option<Answer> {
        let path = self.path(ask);
        let answer = {
            let hubspot = self.scene.hubspot();
            let mut sent = pin!(self.scene.send(ask.method, &path, ask.body.as_ref()));
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

    pub(crate) async fn insist(&mut self, ask: &Ask, context: &str) -> Answer {
        for _ in 0..6 {
            let answer = self.ask(ask).await;
            if answer.status() < 500 {
                assert!(
                    answer.status() < 300
                        || ask.method == "POST" && answer.status() == 409
                        || ask.method == "DELETE" && answer.status() == 404,
                    "{context}: {ask:?}: {}",
                    answer.text()
                );
                if answer.status() == 409 {
                    // As an identity provider does: it looks for whom it cannot make.
                    let found = self.scene.find(self.email).await.unwrap();
                    let id = found.get("id").and_then(Value::as_str);
                    id.unwrap().clone_into(&mut self.id);
                }
                return answer;
            }
            let after = answer.header("retry-after").unwrap_or_default();
            // Where a client is not told when to come back, it does so later.
            let wait = Duration::from_secs(after.parse().unwrap_or(1));
            self.scene.timer().advance(wait);
        }
        panic!("{context}: there is no end to it");
    }

    /// What a row is to hold, be it that it waits.
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
                .map(told)
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

/// What a record says that is not said elsewhere: values that wait are as good as those in a row, and what somebody had matters
/// once they have it no more.
fn told(record: &UserRecord) -> String {
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
