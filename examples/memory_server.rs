//! Plain SCIM: a server that keeps users and groups in memory.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use scim_core::memory::MemoryStore;
use scim_core::provider::{Context, CreateRequest};
use scim_core::{Provider, Resource};
use scim_examples::{ServeFlags, exit_code, log_to_stderr, serve_providers};

/// Serves users and groups over SCIM 2.0, and forgets them when it stops.
#[derive(Debug, Parser)]
#[command(name = "memory_server")]
struct Flags {
    #[command(flatten)]
    serve: ServeFlags,

    /// Number of users to start with: user0000001@example.com, …
    #[arg(long, env = "SCIM_USERS", default_value_t = 0)]
    users: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    log_to_stderr();
    exit_code(run(Flags::parse()).await)
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
    let json = format!(
        concat!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","#,
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"#,
            r#""userName":"user{0:07}@example.com","externalId":"00000000-0000-4000-8000-{0:012}","#,
            r#""name":{{"givenName":"Given{0:07}","familyName":"Family{0:07}","formatted":"Given{0:07} Family{0:07}"}},"#,
            r#""displayName":"Given{0:07} Family{0:07}","title":"Account Manager","active":true,"#,
            r#""emails":[{{"value":"user{0:07}@example.com","type":"work","primary":true}}],"#,
            r#""phoneNumbers":[{{"value":"+1 555 {0:07}","type":"work"}}],"#,
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"employeeNumber":"{0:07}","#,
            r#""department":"Sales","costCenter":"4130","organization":"Example"}}}}"#,
        ),
        number
    );
    Resource::from_bytes(json.into())
}
