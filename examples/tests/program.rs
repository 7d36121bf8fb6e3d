//! The program `server`, for tests that run it like an operator.

use std::env;
use std::path::{Path, PathBuf};

/// The path of the example program, which Cargo builds beside this test's folder.
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
