//! A crash of the server process during a creation, and state stores that do not open.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hubspot_adapter::emulator::{Emulator, Fault, RecordedRequest};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program;

const ADA: &str = r#"{"userName":"ada@acme.example","externalId":"emp-1815","name":{"givenName":"Ada","familyName":"L"}}"#;
const TOKEN: &str = "scim-token";

/// A running server process, killed on drop.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path, hubspot: &Emulator) -> Self {
        let mut process = Command::new(program::path())
            .args(["--listen", "127.0.0.1:0", "--token", TOKEN])
            .current_dir(folder)
            .env("HUBSPOT_BASE_URL", hubspot.url().as_str())
            .env("HUBSPOT_ACCESS_TOKEN", hubspot.token().expose_secret())
            .env_remove("SCIM_STATE")
            .env_remove("SCIM_CONFIG")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let ready = lines.find_map(|line| {
            let rest = line.strip_prefix("listening on http://")?;
            Some(rest.trim_end_matches("/scim/v2").to_owned())
        });
        let address = ready.expect("the server ended before it listened");
        Self { process, address }
    }

    /// Kills the process (on Unix by SIGKILL), which cannot clean up.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Sends a request and returns the status and the body; both are empty if the connection broke.
    async fn send(address: String, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{method} /scim/v2{path} HTTP/1.1\r\nHost: scim\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A killed server breaks the connection.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        let body = answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned());
        (status, body.unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A temporary folder, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("scim-crash-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether the request creates a user; searches are POSTs too.
fn is_creation(request: &RecordedRequest) -> bool {
    request.method == "POST" && request.path.starts_with("/settings/users/")
}

/// Waits until HubSpot receives a creation.
async fn wait_for_creation(hubspot: &Emulator) {
    while !hubspot.requests().iter().any(is_creation) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_after_hubspot_created_the_user_creates_no_second_one() {
    let folder = Folder::new("creation");
    let hubspot = Emulator::builder().start().await.unwrap();
    // HubSpot creates her, the answer is lost, and the look-up that would find her never ends.
    hubspot.inject(
        Fault::close()
            .after_commit()
            .on("POST", "/settings/users/*"),
    );
    let for_ever = Fault::delay(Duration::from_secs(3600));
    hubspot.inject(for_ever.on("GET", "*ada*").skip(1).times(100));

    let server = Server::start(&folder.0, &hubspot);
    let asked = tokio::spawn(Server::send(server.address.clone(), "POST", "/Users", ADA));
    wait_for_creation(&hubspot).await;
    server.kill();
    assert_eq!(asked.await.unwrap(), (String::new(), String::new()));
    let count = hubspot.users().len();
    let made = hubspot.user_by_email("ada@acme.example").unwrap();

    hubspot.clear_faults();
    hubspot.clear_requests();
    let server = Server::start(&folder.0, &hubspot);
    let (status, body) = Server::send(server.address.clone(), "POST", "/Users", ADA).await;
    assert_eq!(status, "201", "{body}");
    assert!(body.contains(&format!("\"id\":\"{}\"", made.id)), "{body}");
    assert_eq!(hubspot.users().len(), count);
    assert!(!hubspot.requests().iter().any(is_creation));

    // The state is on the disk: a filter on her externalId, which HubSpot does not know, finds her.
    server.kill();
    let server = Server::start(&folder.0, &hubspot);
    let filter = "/Users?filter=externalId+eq+%22emp-1815%22";
    let (status, body) = Server::send(server.address.clone(), "GET", filter, "").await;
    assert_eq!(status, "200");
    assert!(body.contains(&made.id), "{body}");
    let (status, _) = Server::send(server.address.clone(), "POST", "/Users", ADA).await;
    assert_eq!(status, "409");
    assert!(folder.0.join("scim-hubspot.db").is_file());
}

/// The output of a server that fails to start with this state.
fn failed_start(folder: &Path, state: &str) -> String {
    let output = Command::new(program::path())
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env("SCIM_STATE", state)
        .env_remove("HUBSPOT_ACCESS_TOKEN")
        .env_remove("HUBSPOT_BASE_URL")
        .output()
        .unwrap();

    assert!(!output.status.success(), "{state}");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn the_server_refuses_a_broken_state_at_start_without_printing_its_password() {
    let folder = Folder::new("broken-state");
    std::fs::write(folder.0.join("notes.txt"), "not a database ".repeat(100)).unwrap();
    for (state, reason) in [
        ("sqlite:notes.txt", "file is not a database"),
        ("sqlite:", "path of a file is missing"),
        ("sqlite:no/such/folder/state.db", "No such file"),
        (
            "postgres://scim:planted@127.0.0.1:1/state",
            "cannot be reached",
        ),
        (
            "postgres://scim:planted@127.0.0.1:port/state",
            "the database URL is malformed",
        ),
        ("mysql://scim:planted@127.0.0.1/state", "one of memory"),
    ] {
        let output = failed_start(&folder.0, state);
        assert!(output.contains(reason), "{state}: {output}");
        assert!(!output.contains("planted"), "{output}");
    }

    let help = Command::new(program::path())
        .arg("--help")
        .env("SCIM_STATE", "postgres://scim:planted@127.0.0.1/state")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&help.stdout).contains("planted"));
}
