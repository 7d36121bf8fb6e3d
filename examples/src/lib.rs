//! What the example programs share.

use std::fmt::Display;
use std::io::{self, Write};

/// Prints one line on standard output at once, for whoever started the program and waits for it.
///
/// # Errors
///
/// Where standard output is closed.
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
