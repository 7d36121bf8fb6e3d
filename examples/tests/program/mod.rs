//! The program `server`, run as an operator runs it.

use std::env;
use std::path::{Path, PathBuf};

/// The example program, which lies beside this test's own folder.
pub(crate) fn path() -> PathBuf {
    let test = env::current_exe().unwrap();
    let build = test.parent().and_then(Path::parent).unwrap();
    let program = build
        .join("examples")
        .join("server")
        .with_extension(env::consts::EXE_EXTENSION);
    assert!(
        program.is_file(),
        "build it first: cargo build --example server"
    );
    program
}
