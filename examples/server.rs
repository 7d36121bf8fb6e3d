//! SCIM over HubSpot: brings the users of Microsoft Entra ID or Okta to a HubSpot account.
//!
//! Without `HUBSPOT_ACCESS_TOKEN` it serves an emulated account, and nothing leaves the machine.

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::path::{Path, PathBuf};
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
use scim_examples::{ServeFlags, announce, exit_code, log_to_stderr, serve};
use secrecy::{ExposeSecret, SecretString};

const ENVIRONMENT: &str = "\
HUBSPOT_ACCESS_TOKEN opens a real account; without it, the server emulates one.
HUBSPOT_BASE_URL replaces the address of HubSpot's public API.";

/// The default state of a real account, in the folder in which the server starts.
const STATE_FILE: &str = "scim-hubspot.db";

/// Serves the users of a HubSpot account over SCIM 2.0.
#[derive(Debug, Parser)]
#[command(name = "server", after_help = ENVIRONMENT)]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,

    /// Store for everything HubSpot cannot keep: `memory`, `sqlite:PATH` or `postgres://…`; by default, memory for an
    /// emulated account, and sqlite:scim-hubspot.db for a real one.
    #[arg(long, env = "SCIM_STATE", hide_env_values = true)]
    state: Option<SecretString>,

    /// Choices of the operator, in TOML: roles, deprovisioning, adoption.
    #[arg(long, env = "SCIM_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    exit_code(run(Flags::parse()).await)
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error>> {
    let (policy, dialect) = read_config(flags.config.as_deref())?;
    let is_real = variable("HUBSPOT_ACCESS_TOKEN").is_some();
    if is_real && flags.serve.token.is_none() {
        return Err("a real HubSpot account needs --token (SCIM_TOKEN): the secret that identity providers present".into());
    }

    let state = open_state(flags.state.as_ref(), is_real).await?;
    // The emulated account lives as long as this binding.
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

    let (source, shown) = match &flags.serve.token {
        Some(_) => ("given with --token", "YOUR_TOKEN"),
        None => ("in the line `token` above", token.expose_secret()),
    };
    announce(format_args!(
        "SCIM endpoint: {base_url} (Entra ID: Tenant URL; Okta: Base URL)"
    ))?;
    announce(format_args!(
        "secret token: {source} (Entra ID: Secret Token; Okta: HTTP Header)"
    ))?;
    announce(format_args!(
        "try: curl -H 'Authorization: Bearer {shown}' '{base_url}/Users?count=3'"
    ))?;

    serve(listener, flags.serve.service(tenant)).await?;
    drop(emulator);
    Ok(())
}

/// The value of an environment variable, unless it is empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Connects to the real account, or starts an emulated one in this process.
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
            "HUBSPOT_BASE_URL needs HUBSPOT_ACCESS_TOKEN, the token for that address".into(),
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

/// Reads the policy and the account's dialect from the operator's file.
fn read_config(path: Option<&Path>) -> Result<(Policy, Dialect), Box<dyn Error>> {
    let Some(path) = path else {
        return Ok((Policy::default(), Dialect::default()));
    };
    let in_file = |error: &dyn Display| format!("{}: {error}", path.display());

    let text = std::fs::read_to_string(path).map_err(|error| in_file(&error))?;
    let config: Config = toml::from_str(&text).map_err(|error| in_file(&error))?;
    let dialect = config.dialect().map_err(|error| in_file(&error))?;
    let policy = config.validate().map_err(|error| in_file(&error))?;
    Ok((policy, dialect))
}

/// Opens the state store of `--state`. No error repeats its value, because a database's URL holds the password.
async fn open_state(
    chosen: Option<&SecretString>,
    is_real: bool,
) -> Result<Arc<dyn StateStore>, Box<dyn Error>> {
    let chosen = chosen.filter(|chosen| !chosen.expose_secret().is_empty());
    let Some(chosen) = chosen else {
        return if is_real {
            open_sqlite(STATE_FILE).await
        } else {
            Ok(Arc::new(MemoryState::new()))
        };
    };

    let text = chosen.expose_secret();
    if text == "memory" {
        return Ok(Arc::new(MemoryState::new()));
    }
    if let Some(path) = text.strip_prefix("sqlite:") {
        return open_sqlite(path).await;
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        let state = PostgresState::connect(chosen)
            .await
            .map_err(|error| format!("--state postgres: {}", reason(&error)))?;
        announce("state: PostgreSQL")?;
        return Ok(Arc::new(state));
    }
    Err("--state: use one of memory, sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE".into())
}

async fn open_sqlite(path: &str) -> Result<Arc<dyn StateStore>, Box<dyn Error>> {
    if path.is_empty() {
        return Err("--state sqlite: the path of a file is missing".into());
    }
    let state = SqliteState::open(path)
        .await
        .map_err(|error| format!("--state sqlite:{path}: {}", reason(&error)))?;
    announce(format_args!("state: {path} (SQLite)"))?;
    Ok(Arc::new(state))
}

/// The reason for a failure of the state, in the database's words.
fn reason(error: &StateError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
