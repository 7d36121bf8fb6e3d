//! Plain SCIM: users and groups in memory, in one process.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use scim_core::memory::MemoryStore;
use scim_core::provider::{Context, CreateRequest};
use scim_core::{Provider, Resource};
use scim_examples::{ServeFlags, exit, log_to_stderr, serve_providers};
use serde_json::json;

/// Serves users and groups in memory over SCIM 2.0. A stop forgets them.
#[derive(Debug, Parser)]
#[command(name = "memory_server")]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,

    /// How many users to start with: user0000001@example.com, …
    #[arg(long, env = "SCIM_USERS", default_value_t = 0)]
    users: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    exit(run(Flags::parse()).await)
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error>> {
    let store = MemoryStore::new();
    let users = store.users();
    for number in 1..=flags.users {
        let request = CreateRequest::new(Context::default(), user(number)?);
        users.create(request).await?;
    }
    serve_providers(
        &flags.serve,
        vec![Arc::new(users), Arc::new(store.groups())],
    )
    .await
}

/// A user of about 800 bytes.
fn user(number: u32) -> Result<Resource, scim_core::Error> {
    let address = format!("user{number:07}@example.com");
    let user = json!({
        "userName": address,
        "externalId": format!("00000000-0000-4000-8000-{number:012}"),
        "name": { "givenName": format!("Given{number:07}"), "familyName": format!("Family{number:07}"),
                  "formatted": format!("Given{number:07} Family{number:07}") },
        "displayName": format!("Given{number:07} Family{number:07}"),
        "title": "Account Manager",
        "active": true,
        "emails": [{ "value": address, "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": format!("+1 555 {number:07}"), "type": "work" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": format!("{number:07}"), "department": "Sales",
            "costCenter": "4130", "organization": "Example", "division": "Field",
        },
    });
    Resource::from_slice(user.to_string().as_bytes())
}
