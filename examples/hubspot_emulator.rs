//! Serves an emulated HubSpot account alone, for clients by hand and from other programs.

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
Keys of --dialect where reports about HubSpot differ, the default answer first:
  role=wiped|kept                effect of a PUT without roleId on the permission set
  teams=additive|replacing       effect of a PUT with secondaryTeamIds on the extra teams
  seats=additive|replacing       effect of a PUT with seatNames on the seats
  activation=immediate|waits     whether a name can change before the first sign-in
  list=full|bare                 whether rows of the user list have teams and seats
  removed=at-once|late           when a removed user leaves the list
  created=at-once|late           when a created user enters the list
  crm=at-once|late               when a created user has a CRM row; late: after the first sign-in
  crm-removed=kept|gone          whether the CRM row outlives the membership
  search=at-once|late            late: a CRM search finds the state at the search before it
  freed-seat=at-once|late        late: the first POST of a removed user finds no seat
  deactivated-get=found|absent   whether a read finds a deactivated user
  deactivated-put=taken|refused, deactivated-delete=taken|refused
                                 whether such a user can be changed, removed
  deactivated-post=conflict|revived
                                 answer to a POST of such a user
  email=folded|exact             whether the look-up by address ignores case
  email-stored=as-sent|lower-case
                                 form in which a new address is stored
  super-admin=invalid|forbidden  status that refuses to change a super admin: 400, 403
  super-admin-delete=taken|refused
                                 whether a super admin can be removed
  paid-role=forbidden|invalid    status that refuses a paid role without the billing scope: 403, 400
  conflict=full|empty, absent=full|empty
                                 whether a 409, a 404 about a user has a body
  team-removal=works|missing     whether the team's side can remove a member
  team-default=moves|extra       effect of a new main member who already has a main team
  retry-after=absent|sent        whether a 429 has Retry-After
  rate-headers=sent|absent       whether answers have the headers of the limit

Keys of --dialect that describe the account:
  roles=available|unavailable    whether the account's plan has permission sets
  rate=190                       requests in ten seconds
  free-seats=10000               free seats of each counted kind
  deactivated=0                  deactivated users: left0000001@acme.example and so on
  service-accounts=0             service accounts of apps: app0000001@acme.example and so on
  property=NAME                  one more property of CRM rows; repeatable
  scope=NAME                     a scope of the token, in place of all; repeatable

Faults are a JSON object or a list of them, in the file and for POST /_emulator/faults:
  do              status | close | truncate | html | delay
  method, path    the requests to strike; by default all. * is any method, and in the path any
                  characters
  skip, times     the number of requests to let pass first (0), and then to strike (1)
  commit          with status, close, html: true carries out the request first
  status          with status and html: the status of the answer
  headers, body, policyName (DAILY, …)
                  with status: the content of the answer
  milliseconds    with delay
  Example: {\"do\": \"close\", \"commit\": true, \"method\": \"POST\", \"path\": \"/settings/users/*\"}

Control, without a token:
  GET /_emulator/requests     the requests so far, with their statuses
  POST /_emulator/reset       start over: people, requests, faults and limit
  POST /_emulator/faults      add faults";

/// Serves an emulated HubSpot account. Nothing leaves the machine.
#[derive(Debug, Parser)]
#[command(name = "hubspot_emulator", after_help = AFTER_HELP)]
struct Flags {
    /// IP address and port to listen on; port 0 picks a free one.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_LISTEN",
        default_value = "127.0.0.1:8081"
    )]
    listen: SocketAddr,

    /// Bearer token to accept; by default, a random one, which the program prints.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_TOKEN",
        hide_env_values = true,
        value_parser = NonEmptyStringValueParser::new()
    )]
    token: Option<String>,

    /// Number of generated users besides the twelve named ones.
    #[arg(long, env = "HUBSPOT_EMULATOR_USERS", default_value_t = 0)]
    users: u32,

    /// Behavior and size of the account; the keys are below.
    #[arg(
        long,
        env = "HUBSPOT_EMULATOR_DIALECT",
        value_name = "KEY=VALUE,…",
        default_value = "",
        hide_default_value = true,
        value_parser = parse_dialect
    )]
    dialect: String,

    /// File with faults; the format is below.
    #[arg(long, env = "HUBSPOT_EMULATOR_FAULTS", value_name = "FILE", value_parser = parse_faults)]
    faults: Option<Faults>,
}

/// The content of a faults file that has been parsed once.
#[derive(Clone, Debug)]
struct Faults(Vec<u8>);

fn parse_dialect(text: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    Emulator::builder().play(text)?;
    Ok(text.to_owned())
}

fn parse_faults(path: &str) -> Result<Faults, Box<dyn Error + Send + Sync>> {
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
