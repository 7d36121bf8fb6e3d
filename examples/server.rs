//! SCIM over HubSpot: what Microsoft Entra ID and Okta provision arrives in a HubSpot account.
//!
//! Without `HUBSPOT_ACCESS_TOKEN` it serves an emulated account, and nothing leaves the machine.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use hubspot_adapter::HubSpot;
use hubspot_adapter::client::Client;
use hubspot_adapter::config::Config;
use hubspot_adapter::emulator::Emulator;
use hubspot_adapter::policy::Policy;
use hubspot_adapter::state::{MemoryState, StateStore};
use scim_core::Service;
use scim_core::auth::BearerTokens;
use scim_core::tenant::Tenant;
use scim_examples::{ServeFlags, announce, exit, log_to_stderr, serve};
use secrecy::{ExposeSecret, SecretString};

const ENVIRONMENT: &str = "\
HUBSPOT_ACCESS_TOKEN opens a real account; without it, an emulated one is served.
HUBSPOT_BASE_URL points the token elsewhere than HubSpot's public API.";

/// Serves the users of a HubSpot account over SCIM 2.0.
#[derive(Debug, Parser)]
#[command(name = "server", after_help = ENVIRONMENT)]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,

    /// Where what HubSpot cannot keep is kept: `memory`; `sqlite:PATH` and `postgres://…` are not built yet.
    #[arg(long, env = "SCIM_STATE")]
    state: Option<String>,

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
    let policy = policy(&flags)?;
    let is_real = variable("HUBSPOT_ACCESS_TOKEN").is_some();
    if is_real && flags.serve.token.is_none() {
        return Err("a real HubSpot account needs --token (SCIM_TOKEN): the secret that identity providers present".into());
    }
    let state = state(flags.state.as_deref(), is_real)?;
    // An emulated account lives as long as this binding.
    let (client, emulator) = connect().await?;
    let hubspot = HubSpot::builder(client).policy(policy).state(state).build();
    announce(hubspot.check().await.to_string().trim_end())?;

    let (listener, base_url) = flags.serve.bind().await?;
    let token = flags.serve.token()?;
    let tenant = Tenant::builder(base_url.clone())
        .profile(flags.serve.profile)
        .authenticator(BearerTokens::new(
            "identity provider",
            token.expose_secret(),
        ))
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
    serve(listener, Service::new(tenant)).await?;
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

fn policy(flags: &Flags) -> Result<Policy, Box<dyn Error>> {
    let Some(path) = &flags.config else {
        return Ok(Policy::default());
    };
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let config: Config =
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    config
        .validate()
        .map_err(|error| format!("{}: {error}", path.display()).into())
}

fn state(chosen: Option<&str>, is_real: bool) -> Result<Arc<dyn StateStore>, Box<dyn Error>> {
    match chosen.filter(|chosen| !chosen.is_empty()) {
        Some("memory") => Ok(Arc::new(MemoryState::new())),
        None if !is_real => Ok(Arc::new(MemoryState::new())),
        None => Err("state on disk is not built yet; with --state memory a restart forgets external ids and users who were disabled".into()),
        // Not repeated: a database's URL holds its password.
        Some(_) => Err("--state: only memory is built yet".into()),
    }
}
