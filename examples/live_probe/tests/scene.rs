//! An emulated account and a probe of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use hubspot_adapter::client::{User, VirtualTimer};
use hubspot_adapter::emulator::{Emulator, EmulatorBuilder};
use secrecy::ExposeSecret;

use crate::probe::Probe;
use crate::report::Report;
use crate::settings::{self, Settings};

pub(crate) const ACCOUNT: &str = "143277001";
pub(crate) const WEAK: &str = "pat-probe-weak";
/// The users whom the settings name: two deactivated ones and a super admin.
pub(crate) const NAMED_USERS: [&str; 3] = [
    "left0000001@acme.example",
    "left0000002@acme.example",
    "tomas.novak@acme.example",
];

/// Every variable with a subject in the emulated account.
pub(crate) const EVERYTHING: [(&str, &str); 10] = [
    (settings::ACCOUNT, ACCOUNT),
    (settings::DOMAIN, "probe.example"),
    (settings::ROLES, "140201, 140205"),
    (settings::TEAMS, "5301,5302"),
    (settings::SEATS, "core,service"),
    (
        settings::DEACTIVATED,
        "left0000001@acme.example,left0000002@acme.example",
    ),
    (settings::SUPER_ADMIN, "ingrid.halvorsen@acme.example"),
    (settings::SUPER_ADMIN_REMOVE, "tomas.novak@acme.example"),
    (settings::TOKEN_WITHOUT_BILLING, WEAK),
    (settings::BURST, "yes"),
];

/// An account and a probe of it, on the same virtual clock.
pub(crate) struct Scene {
    pub(crate) hubspot: Emulator,
    pub(crate) before: Vec<User>,
    pub(crate) probe: Arc<Probe>,
}

pub(crate) async fn scene(builder: EmulatorBuilder, variables: &[(&str, &str)]) -> Scene {
    let timer = VirtualTimer::new();
    let weak = ["settings.users.read", "settings.users.write"];
    let builder = builder
        .users(100)
        .deactivated_users(2)
        .other_token(WEAK, weak)
        .timer(Arc::new(timer.clone()));
    let hubspot = builder.start().await.unwrap();
    let mut given: BTreeMap<&str, &str> = variables.iter().copied().collect();
    let (token, url) = (hubspot.token().expose_secret(), hubspot.url().to_string());
    given.entry(settings::TOKEN).or_insert(token);
    given.entry(settings::BASE_URL).or_insert(&url);
    let settings = Settings::read(|name| given.get(name).map(|value| (*value).to_owned()));
    let probe = Probe::new(settings.unwrap(), Arc::new(timer), "1", false).unwrap();
    Scene {
        before: hubspot.users(),
        probe,
        hubspot,
    }
}

impl Scene {
    pub(crate) async fn run(&self) -> Report {
        let outcome = self.probe.run().await;
        outcome.unwrap_or_else(|why| panic!("{why}\n{}", self.said()))
    }

    pub(crate) fn said(&self) -> String {
        self.probe.journal.lines().join("\n")
    }

    /// Checks that only the named users have changed, and that nobody is new.
    #[track_caller]
    pub(crate) fn expect_as_before(&self) {
        let others = |users: Vec<User>| -> Vec<User> {
            let is_named = |user: &User| NAMED_USERS.contains(&user.email.as_str());
            users.into_iter().filter(|user| !is_named(user)).collect()
        };
        let (before, after) = (others(self.before.clone()), others(self.hubspot.users()));
        assert_eq!(before, after, "{}", self.said());
    }
}
