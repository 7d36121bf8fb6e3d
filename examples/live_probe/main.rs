//! Measures how a HubSpot account behaves, for the key `dialect` of the configuration.
//!
//! It asks the open questions of `docs/evidence.md`. The tests run it against the emulated account under every behavior, and
//! it must find each answer again.

mod journal;
mod judge;
mod probe;
mod questions;
mod report;
mod settings;
#[cfg(test)]
mod tests;
mod wire;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use hubspot_adapter::client::TokioTimer;
use scim_examples::exit_code;

use crate::probe::Probe;
use crate::settings::Settings;

const AFTER_HELP: &str = "\
The probe takes its settings from the environment. Two variables are required:
  HUBSPOT_ACCESS_TOKEN      the token of the account to measure; never printed
  HUBSPOT_PROBE_ACCOUNT     the account's number. If the token opens another account, the probe
                            stops before its first question
One names another address than https://api.hubapi.com:
  HUBSPOT_BASE_URL          the base URL of the API

Each of the others allows an action. Without any of them the probe only reads, and its lines
name the variables that are missing:
  HUBSPOT_PROBE_DOMAIN      create one user Scim-Probe-…@DOMAIN, without a welcome e-mail; change,
                            remove and re-create them; remove them at the end
  HUBSPOT_PROBE_ROLES       give that user these two permission sets: ID,ID
  HUBSPOT_PROBE_TEAMS       give that user these two teams: ID,ID
  HUBSPOT_PROBE_SEATS       give that user these two seats: NAME,NAME
  HUBSPOT_PROBE_TOKEN_WITHOUT_BILLING
                            try a paid permission set with this token
  HUBSPOT_PROBE_DEACTIVATED change and remove one or two users: ADDRESS,ADDRESS. Invite them for
                            this, have them sign in, and deactivate them by hand
  HUBSPOT_PROBE_SEVERAL     change the user of this address. Give them two permission sets by hand
                            for this: they keep the first
  HUBSPOT_PROBE_SUPER_ADMIN send a PUT to the super admin of this address, with their first name
                            and permission set as they are
  HUBSPOT_PROBE_SUPER_ADMIN_REMOVE
                            REMOVE the super admin of this address, unless they are the last
  HUBSPOT_PROBE_BURST       yes: send 25 CRM searches at once, which slows others for a second
  HUBSPOT_PROBE_PROPERTY    create a unique CRM property of this name, search by it, remove it
  HUBSPOT_PROBE_SERVICE_KEY try the scopes of this service key, which changes nobody
  HUBSPOT_PROBE_SCIM_TOKEN  read from HubSpot's own SCIM server with this token
  HUBSPOT_PROBE_SCIM_URL    the address of that server

The probe prints what it is about to create, and removes it at the end, also after a failure.

Output: a line for each question; `behavior KEY=VALUE,…`, for hubspot_emulator --dialect; and
last `dialect KEY=VALUE,…`, for `dialect` in the server's configuration.";

/// Measures how a HubSpot account behaves. Prefer a test account.
#[derive(Debug, Parser)]
#[command(name = "live_probe", after_help = AFTER_HELP)]
struct Flags {}

#[tokio::main]
async fn main() -> ExitCode {
    let Flags {} = Flags::parse();
    exit_code(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let nonce = since.as_secs().to_string();

    let probe = Probe::new(settings, Arc::new(TokioTimer), &nonce, true)?;
    probe.run().await?;
    Ok(())
}
