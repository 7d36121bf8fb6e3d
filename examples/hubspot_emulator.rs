//! An emulated HubSpot account alone, for trying out clients by hand and from other programs.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use hubspot_adapter::emulator::Emulator;
use scim_examples::{announce, exit_code};
use secrecy::ExposeSecret;

const AFTER_HELP: &str = "\
Dialect keys, with the default first:
  role=wiped|kept                what a PUT without roleId does to the role
  teams=additive|replacing       what a PUT with secondaryTeamIds does to the extra teams
  seats=additive|replacing       what a PUT with seatNames does to the seats held
  activation=immediate|waits     whether an invited person's name can be written at once
  list=full|bare                 whether rows of the user list hold teams and seats
  removed=at-once|late           when a removed user leaves the list
  created=at-once|late           when a created user enters the list
  crm=at-once|late               when a created user has a CRM row; late: after the first sign-in
  crm-removed=kept|gone          whether the CRM row outlives the membership
  search=at-once|late            late: a CRM search finds what was there when the one before was made
  freed-seat=at-once|late        late: the first POST of a removed user finds no seat
  deactivated-get=found|absent   whether a user deactivated by hand is found
  deactivated-put=taken|refused, deactivated-delete=taken|refused
                                 whether such a user can be changed, removed
  deactivated-post=conflict|revived
                                 what a POST of such a user does
  email=folded|exact             whether the look-up by address minds letter case
  email-stored=as-sent|lower-case
                                 how a new address is stored
  super-admin=invalid|forbidden  how a change of a super admin is refused: 400, 403
  super-admin-delete=taken|refused
                                 whether a super admin can be removed
  paid-role=forbidden|invalid    how a paid role without the billing scope is refused: 403, 400
  conflict=full|empty, absent=full|empty
                                 whether a 409, a 404 about a user has a body
  team-removal=works|missing     whether members can be removed from the side of the team
  team-default=moves|extra       what adding a main member does to who has another main team
  retry-after=absent|sent        whether a 429 says when to come back
  rate-headers=sent|absent       whether answers tell the limit

What the account is like, with --dialect as well:
  roles=available|unavailable    whether the account's plan has permission sets
  rate=190                       requests in ten seconds
  free-seats=10000               free seats of each kind that is counted
  deactivated=0                  users deactivated by hand, left0000001@acme.example and so on
  service-accounts=0             apps' accounts, app0000001@acme.example and so on
  property=NAME                  one more property of CRM users; may be repeated
  scope=NAME                     a scope of the token, in place of all; may be repeated

Faults are a JSON object or a list of them, in the file and for POST /_emulator/faults:
  do              status | close | truncate | html | delay
  method, path    which requests; all when absent; * is any method, and in the path any characters
  skip, times     lets so many pass first (0), then strikes so often (1)
  commit          with status, close, html: true carries the request out first
  status          with status and html: what to answer
  headers, body, policyName (DAILY, …)
                  with status: what the answer holds
  milliseconds    with delay
  Example: {\"do\": \"close\", \"commit\": true, \"method\": \"POST\", \"path\": \"/settings/users/*\"}

Control, without a token:
  GET /_emulator/requests     what was asked, and how it was answered
  POST /_emulator/reset       people as at the start; requests, faults and limit forgotten
  POST /_emulator/faults      has something go wrong";

/// Serves an emulated HubSpot account. Nothing leaves the machine.
#[derive(Debug, Parser)]
#[command(name = "hubspot_emulator", after_help = AFTER_HELP)]
struct Flags {
    /// Address to listen on; port 0 picks a free one.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_LISTEN",
        default_value = "127.0.0.1:8081"
    )]
    listen: SocketAddr,

    /// Bearer token to accept; made up and printed when absent.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_TOKEN",
        hide_env_values = true,
        value_parser = NonEmptyStringValueParser::new()
    )]
    token: Option<String>,

    /// How many users to generate besides the twelve named ones.
    #[arg(long, env = "HUBSPOT_EMULATOR_USERS", default_value_t = 0)]
    users: u32,

    /// What to play where reports about HubSpot differ, and what the account is like; see below.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_DIALECT",
        value_name = "KEY=VALUE,…",
        default_value = "",
        hide_default_value = true,
        value_parser = dialect
    )]
    dialect: String,

    /// File with what goes wrong; see below.
    #[arg(long, env = "HUBSPOT_EMULATOR_FAULTS", value_name = "FILE", value_parser = faults)]
    faults: Option<Faults>,
}

/// The content of a faults file, known to be sound.
#[derive(Clone, Debug)]
struct Faults(Vec<u8>);

fn dialect(text: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    Emulator::builder().play(text)?;
    Ok(text.to_owned())
}

fn faults(path: &str) -> Result<Faults, Box<dyn Error + Send + Sync>> {
    let json = std::fs::read(Path::new(path))?;
    Emulator::builder().faults_json(&json)?;
    Ok(Faults(json))
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run(Flags::parse()).await)
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error>> {
    let mut builder = Emulator::builder()
        .users(flags.users)
        .play(&flags.dialect)?;
    if let Some(token) = &flags.token {
        builder = builder.token(token);
    }
    if let Some(Faults(json)) = &flags.faults {
        builder = builder.faults_json(json)?;
    }
    let hubspot = builder.listen(flags.listen).await?;
    if flags.token.is_none() {
        announce(format_args!("token {}", hubspot.token().expose_secret()))?;
    }
    announce(format_args!("listening on http://{}", hubspot.address()))?;
    hubspot.stopped().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use hubspot_adapter::emulator::Behavior;

    use super::*;

    #[test]
    fn the_help_names_every_key_with_its_answers_the_default_first() {
        let defaults = Behavior::default();
        for (place, (key, default)) in defaults.answers().enumerate() {
            let second = Behavior::combination(1 << place);
            let (_, second) = second.answers().nth(place).unwrap();
            let line = format!(" {key}={default}|{second}");
            assert!(AFTER_HELP.contains(&line), "{line}");
        }
    }
}
