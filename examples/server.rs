//! SCIM over HubSpot: what Microsoft Entra ID and Okta provision arrives in a HubSpot account.
//!
//! Without `HUBSPOT_ACCESS_TOKEN` it serves an emulated account, and nothing leaves the machine.

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use hubspot_adapter::HubSpot;
use hubspot_adapter::client::Client;
use hubspot_adapter::config::Config;
use hubspot_adapter::dialect::Dialect;
use hubspot_adapter::emulator::Emulator;
use hubspot_adapter::policy::Policy;
use hubspot_adapter::state::{MemoryState, PostgresState, SqliteState, StateError, StateStore};
use scim_core::tenant::Tenant;
use scim_examples::{ServeFlags, announce, exit, log_to_stderr, serve};
use secrecy::{ExposeSecret, SecretString};

const ENVIRONMENT: &str = "\
HUBSPOT_ACCESS_TOKEN opens a real account; without it, an emulated one is served.
HUBSPOT_BASE_URL points the token elsewhere than HubSpot's public API.";

/// Where the state of a real account is kept unless something else is said: in the folder where the server was started.
const STATE_FILE: &str = "scim-hubspot.db";

/// Serves the users of a HubSpot account over SCIM 2.0.
#[derive(Debug, Parser)]
#[command(name = "server", after_help = ENVIRONMENT)]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,

    /// Where what HubSpot cannot keep is kept: `memory`, `sqlite:PATH` or `postgres://…`; when absent, memory with an
    /// emulated account, and sqlite:scim-hubspot.db with a real one.
    #[arg(long, env = "SCIM_STATE", hide_env_values = true)]
    state: Option<SecretString>,

    /// What the operator chooses: roles, deprovisioning, adoption (TOML).
    #[arg(long, env = "SCIM_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    exit(run(Flags::parse()).await)
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error>> {
    let (policy, dialect) = choices(&flags)?;
    let is_real = variable("HUBSPOT_ACCESS_TOKEN").is_some();
    if is_real && flags.serve.token.is_none() {
        return Err("a real HubSpot account needs --token (SCIM_TOKEN): the secret that identity providers present".into());
    }
    let state = state(flags.state.as_ref(), is_real).await?;
    // An emulated account lives as long as this binding.
    let (client, emulator) = connect().await?;
    let builder = HubSpot::builder(client).policy(policy).dialect(dialect);
    let (hubspot, report) = builder.state(state).connect().await;
    announce(report.to_string().trim_end())?;

    let (listener, base_url) = flags.serve.bind().await?;
    let token = flags.serve.token()?;
    let tenant = Tenant::builder(base_url.clone())
        .profile(flags.serve.profile)
        .authenticator(flags.serve.authenticator("identity provider", &token))
        .provider(hubspot.users())
        .provider(hubspot.groups())
        .build()?;
    let (which, shown) = match &flags.serve.token {
        Some(_) => ("given with --token", "YOUR_TOKEN"),
        None => ("in the line `token` above", token.expose_secret()),
    };
    announce(format_args!(
        "SCIM endpoint: {base_url} (Entra ID: Tenant URL; Okta: Base URL)"
    ))?;
    announce(format_args!(
        "secret token: {which} (Entra ID: Secret Token; Okta: HTTP Header)"
    ))?;
    announce(format_args!(
        "try: curl -H 'Authorization: Bearer {shown}' '{base_url}/Users?count=3'"
    ))?;
    serve(listener, flags.serve.service(tenant)).await?;
    drop(emulator);
    Ok(())
}

/// An environment variable that says something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The client of the real account, or of an emulated one in this process.
async fn connect() -> Result<(Client, Option<Emulator>), Box<dyn Error>> {
    let base_url = variable("HUBSPOT_BASE_URL");
    if let Some(token) = variable("HUBSPOT_ACCESS_TOKEN") {
        let mut builder = Client::builder().access_token(SecretString::from(token));
        if let Some(url) = base_url {
            builder = builder.base_url(
                url.parse()
                    .map_err(|error| format!("HUBSPOT_BASE_URL: {error}"))?,
            );
        }
        return Ok((builder.build()?, None));
    }
    if base_url.is_some() {
        return Err(
            "HUBSPOT_BASE_URL without HUBSPOT_ACCESS_TOKEN: which token opens the account there?"
                .into(),
        );
    }
    let emulator = Emulator::builder().start().await?;
    announce(
        "no HUBSPOT_ACCESS_TOKEN: serving an emulated HubSpot account; nothing leaves this machine",
    )?;
    announce(format_args!(
        "emulated HubSpot on http://{} token {}",
        emulator.address(),
        emulator.token().expose_secret()
    ))?;
    Ok((emulator.client().build()?, Some(emulator)))
}

/// What the operator's file says: the policy, and what the account was measured to do.
fn choices(flags: &Flags) -> Result<(Policy, Dialect), Box<dyn Error>> {
    let Some(path) = &flags.config else {
        return Ok((Policy::default(), Dialect::default()));
    };
    let wrong = |error: &dyn Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let config: Config = toml::from_str(&text).map_err(|error| wrong(&error))?;
    let dialect = config.dialect().map_err(|error| wrong(&error))?;
    let policy = config.validate().map_err(|error| wrong(&error))?;
    Ok((policy, dialect))
}

/// The state that was chosen. What was written is not repeated: a database's URL holds its password.
async fn state(
    chosen: Option<&SecretString>,
    is_real: bool,
) -> Result<Arc<dyn StateStore>, Box<dyn Error>> {
    let chosen = chosen.filter(|chosen| !chosen.expose_secret().is_empty());
    let Some(chosen) = chosen else {
        return if is_real {
            sqlite(STATE_FILE).await
        } else {
            Ok(Arc::new(MemoryState::new()))
        };
    };
    let text = chosen.expose_secret();
    if text == "memory" {
        return Ok(Arc::new(MemoryState::new()));
    }
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite(path).await;
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        let state = PostgresState::connect(chosen)
            .await
            .map_err(|error| format!("--state postgres: {}", reason(&error)))?;
        announce("state: PostgreSQL")?;
        return Ok(Arc::new(state));
    }
    Err("--state: one of memory, sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE".into())
}

async fn sqlite(path: &str) -> Result<Arc<dyn StateStore>, Box<dyn Error>> {
    if path.is_empty() {
        return Err("--state sqlite: the path of a file is missing".into());
    }
    let state = SqliteState::open(path)
        .await
        .map_err(|error| format!("--state sqlite:{path}: {}", reason(&error)))?;
    announce(format_args!("state: {path} (SQLite)"))?;
    Ok(Arc::new(state))
}

/// Why the state failed, in the database's words.
fn reason(error: &StateError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
