//! A full disk (`R1` of the reports from the field): nothing is acknowledged that a restart does not know.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hubspot_adapter::state::{SqliteState, StateError, StateStore};
use scim_tests::{Folder, Scene, entra_user, patch_op};
use serde_json::{Value, json};

const ADA: &str = "ada@acme.example";
const USERS: &str = "/scim/v2/Users";

/// A file system of 2 MiB that a test fills up.
struct SmallDisk(Folder);

impl SmallDisk {
    /// `None` if this process may not mount file systems.
    fn mount() -> io::Result<Option<Self>> {
        let folder = Folder::new()?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(folder.path())
            .output();
        if mount.is_ok_and(|mount| mount.status.success()) {
            return Ok(Some(Self(folder)));
        }
        not_run();
        Ok(None)
    }

    fn database(&self) -> PathBuf {
        self.0.file("state.db")
    }

    /// Fills the disk except for `room` bytes.
    fn fill(&self, room: usize) -> io::Result<()> {
        let filler = self.0.file("filler");
        // The write stops where the disk is full, and the file keeps what fits.
        let _ = std::fs::write(&filler, vec![1; 2 << 20]);
        let length = std::fs::metadata(&filler)?.len();
        let left = length.saturating_sub(room as u64);
        let file = std::fs::OpenOptions::new().write(true).open(&filler)?;
        file.set_len(left)
    }

    fn empty(&self) -> io::Result<()> {
        std::fs::remove_file(self.0.file("filler"))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
fn not_run() {
    eprintln!("not run: this process may not mount a small file system");
}

async fn open(path: &Path) -> Result<Arc<dyn StateStore>, StateError> {
    Ok(Arc::new(SqliteState::open(path).await?))
}

fn active(value: &str) -> Value {
    patch_op(&json!([{"op": "Replace", "path": "active", "value": value}]))
}

/// The requests in whose middle the disk is full.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Step {
    Create,
    Disable,
    Enable,
    Delete,
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_a_full_disk_is_never_acknowledged_and_access_goes_all_the_same() {
    for step in [Step::Create, Step::Disable, Step::Enable, Step::Delete] {
        let mut is_refused = false;
        let mut is_done = false;
        // The disk is full at another statement each time: a page of SQLite has 4 KiB.
        for pages in 0..24 {
            let Some(disk) = SmallDisk::mount().unwrap() else {
                return;
            };
            let status = fill_and_run(&disk, step, pages * 4096).await.unwrap();
            is_refused |= status >= 500;
            is_done |= status < 300;
            assert!(matches!(status, 200 | 201 | 204 | 503), "{step:?} {status}");
        }
        assert!(is_refused, "{step:?} never met a full disk");
        assert!(is_done, "{step:?} never had room");
    }
}

/// Runs a request on a disk with so much room, and checks what a restart knows of it; returns the status.
async fn fill_and_run(disk: &SmallDisk, step: Step, room: usize) -> Result<u16, Box<dyn Error>> {
    let state = open(&disk.database()).await?;
    let mut scene = Scene::builder().state(state).start().await;
    let mut path = String::new();
    if step != Step::Create {
        path = format!("{USERS}/{}", scene.create(&entra_user(ADA)).await);
    }
    if step == Step::Enable {
        scene.patch(&path, &active("False")).await.expect(200);
    }

    disk.fill(room)?;
    let answer = match step {
        Step::Create => scene.post(USERS, &entra_user(ADA)).await,
        Step::Disable => scene.patch(&path, &active("False")).await,
        Step::Enable => scene.patch(&path, &active("True")).await,
        Step::Delete => scene.delete(&path).await,
    };
    let status = answer.status();
    let context = format!("{step:?} with {room} bytes: {status}");

    // The request took the access away, whether it could be recorded or not.
    if matches!(step, Step::Disable | Step::Delete) {
        let member = scene.hubspot().user_by_email(ADA);
        assert_eq!(member, None, "{context}");
    }

    disk.empty()?;
    scene.restart_on(open(&disk.database()).await?);
    if status >= 300 {
        return Ok(status);
    }
    if step == Step::Create {
        path = format!("{USERS}/{}", answer.id());
    }
    let known = scene.get(&path).await;
    match step {
        Step::Create | Step::Enable => {
            let shown = known.expect(200);
            assert_eq!(shown.get("active"), Some(&json!(true)), "{context}");
            let external_id = entra_user(ADA).get("externalId").cloned();
            assert_eq!(shown.get("externalId"), external_id.as_ref(), "{context}");
        }
        Step::Disable => assert_eq!(
            known.expect(200).get("active"),
            Some(&json!(false)),
            "{context}"
        ),
        Step::Delete => drop(known.expect_error(404, None)),
    }
    Ok(status)
}
