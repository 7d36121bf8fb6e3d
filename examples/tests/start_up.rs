//! The guide shows the server's output at start, word for word.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use hubspot_adapter::emulator::Emulator;
use secrecy::ExposeSecret;

use crate::program;

const GUIDE: &str = include_str!("../../docs/hubspot.md");

/// The output blocks of the guide.
fn guide_blocks() -> Vec<&'static str> {
    let blocks = GUIDE.split("```text\n").skip(1);
    blocks
        .filter_map(|block| Some(block.split_once("```")?.0))
        .collect()
}

/// The server's output about an account, up to the SCIM endpoint.
fn report(hubspot: &Emulator, configuration: &str) -> String {
    let port = hubspot.address().port();
    let folder = std::env::temp_dir().join(format!("scim-start-{}-{port}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("hubspot.toml");
    fs::write(&file, configuration).unwrap();

    let mut server = Command::new(program::path())
        .args([
            "--listen",
            "127.0.0.1:0",
            "--token",
            "secret",
            "--state",
            "memory",
        ])
        .arg("--config")
        .arg(&file)
        .env("HUBSPOT_BASE_URL", hubspot.url().as_str())
        .env("HUBSPOT_ACCESS_TOKEN", hubspot.token().expose_secret())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();

    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let lines = lines.map_while(Result::ok);
    let report: Vec<String> = lines
        .take_while(|line| !line.starts_with("SCIM endpoint"))
        .collect();

    server.kill().unwrap();
    server.wait().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    report.join("\n") + "\n"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_shows_the_report_about_an_account() {
    let hubspot = Emulator::builder().start().await.unwrap();
    assert_eq!(report(&hubspot, ""), guide_blocks()[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_shows_the_report_about_missing_scopes_and_names() {
    let hubspot = Emulator::builder()
        .scopes(["settings.users.read", "settings.users.write"])
        .start()
        .await
        .unwrap();
    let configuration = "default_role = \"Viewer\"\nservice_accounts = \"read-only\"\ndepartment_property = \"department\"";
    assert_eq!(report(&hubspot, configuration), guide_blocks()[1]);
}
