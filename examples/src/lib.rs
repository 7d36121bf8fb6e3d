//! Shared code of the example programs: flags, logging, serving and stopping.

mod connections;

use std::error::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use scim_core::auth::BearerTokens;
use scim_core::clock::{Random, SystemRandom};
use scim_core::tenant::{Tenant, TenantBuilder};
use scim_core::{Profile, Provider, Service};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

pub use self::connections::{ConnectionLimits, serve_connections};

/// The flags of every example that serves SCIM.
#[derive(Args, Debug)]
#[non_exhaustive]
pub struct ServeFlags {
    /// IP address and port to listen on; port 0 picks a free one.
    #[arg(long, env = "SCIM_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// URL at which identity providers reach this server; by default, the address it listens on.
    #[arg(long, env = "SCIM_BASE_URL")]
    pub base_url: Option<Url>,

    /// Secret token that identity providers present; by default, a random one, which the server prints.
    #[arg(long, env = "SCIM_TOKEN", hide_env_values = true, value_parser = parse_secret)]
    pub token: Option<SecretString>,

    /// A second valid token, while you change the first in the identity provider.
    #[arg(long, env = "SCIM_NEXT_TOKEN", hide_env_values = true, value_parser = parse_secret)]
    pub next_token: Option<SecretString>,

    /// Show userName and externalId in the audit trail; both are personal data.
    #[arg(long, env = "SCIM_AUDIT_IDENTIFIERS")]
    pub audit_identifiers: bool,

    /// Which non-standard requests to accept: `tolerant`, `rfc` or `entra`.
    #[arg(long, env = "SCIM_PROFILE", default_value = "tolerant", value_parser = parse_profile)]
    pub profile: Profile,
}

fn parse_secret(text: &str) -> Result<SecretString, &'static str> {
    if text.is_empty() {
        return Err("an empty token would let everybody in");
    }
    Ok(SecretString::from(text))
}

fn parse_profile(name: &str) -> Result<Profile, String> {
    match name {
        "tolerant" => Ok(Profile::tolerant()),
        "rfc" => Ok(Profile::rfc()),
        "entra" => Ok(Profile::entra()),
        _ => Err("use tolerant, rfc or entra".to_owned()),
    }
}

impl ServeFlags {
    /// Binds the address and returns the listener with the base URL.
    ///
    /// # Errors
    ///
    /// If the address is in use or does not belong to this machine.
    pub async fn bind(&self) -> io::Result<(TcpListener, Url)> {
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", self.listen)))?;

        let base_url = match &self.base_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}/scim/v2", listener.local_addr()?),
        };
        Ok((listener, base_url.parse().map_err(io::Error::other)?))
    }

    /// Returns the token of the flags, or makes a random one and prints it as `token …`.
    ///
    /// # Errors
    ///
    /// If standard output is closed.
    pub fn token(&self) -> io::Result<SecretString> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let random = SystemRandom::new();
        let half = || u128::from_be_bytes(random.bytes());
        let token = format!("{:032x}{:032x}", half(), half());
        announce(format_args!("token {token}"))?;
        Ok(token.into())
    }

    /// Accepts `token`, with `name` in the audit trail, and the next token of the flags.
    #[must_use]
    pub fn authenticator(&self, name: &str, token: &SecretString) -> BearerTokens {
        let tokens = BearerTokens::new(name, token.expose_secret());
        match &self.next_token {
            Some(next) => tokens.or(format!("{name}, next token"), next.expose_secret()),
            None => tokens,
        }
    }

    /// Builds the service of a tenant, with or without identifiers in its audit trail.
    #[must_use]
    pub fn service(&self, tenant: Tenant) -> Service {
        let service = Service::new(tenant);
        if self.audit_identifiers {
            service.auditing_identifiers()
        } else {
            service
        }
    }
}

/// Sends logs to standard error, filtered by `RUST_LOG`; by default, the audit trail and warnings.
pub fn log_to_stderr() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

/// Prints one line on standard output and flushes it, for a program that waits for this one.
///
/// # Errors
///
/// If standard output is closed.
///
/// # Examples
///
/// ```
/// scim_examples::announce("listening on http://127.0.0.1:8080/scim/v2")?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn announce(line: impl Display) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

/// Announces that the server listens, and serves until a stop signal.
///
/// After the signal, running requests have ten seconds to end. The service answers below `/scim/v2`, below the path of the base
/// URL, and on bare paths.
///
/// # Errors
///
/// If the listener fails or standard output is closed.
pub async fn serve(listener: TcpListener, service: Service) -> io::Result<()> {
    announce(format_args!(
        "listening on http://{}/scim/v2",
        listener.local_addr()?
    ))?;

    let router = axum::Router::new()
        .nest_service("/scim/v2", service.clone())
        .fallback_service(service);
    serve_connections(listener, router, ConnectionLimits::default(), stop_signal()).await;
    Ok(())
}

/// Serves the resources of `providers` as the flags say, until a stop signal.
///
/// # Errors
///
/// If the token is missing, binding fails, two providers share an endpoint, or [`serve`] fails.
pub async fn serve_providers(
    flags: &ServeFlags,
    providers: Vec<Arc<dyn Provider>>,
) -> Result<(), Box<dyn Error>> {
    let (listener, base_url) = flags.bind().await?;
    let token = flags.token()?;

    let tenant = Tenant::builder(base_url)
        .profile(flags.profile)
        .authenticator(flags.authenticator("client", &token));
    let tenant = providers
        .into_iter()
        .fold(tenant, TenantBuilder::shared_provider);

    serve(listener, flags.service(tenant.build()?)).await?;
    Ok(())
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn stop_signal() {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    // Without a handler no signal arrives, so the server runs on.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Returns a program's exit code, and prints its error on standard error.
#[must_use]
pub fn exit_code(outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, nobody is left to tell.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
