//! The log of all levels and all crates, kept for tests.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// The log lines since a test began to listen.
///
/// # Examples
///
/// ```
/// use scim_tests::Log;
///
/// let (log, _listening) = Log::listen();
/// tracing::info!(target: "example", who = "ada", "joined");
/// let lines = log.lines("example");
/// assert_eq!(lines[0].get("who"), Some("ada"));
/// assert_eq!(lines[0].get("message"), Some("joined"));
/// log::info!("through the other crate");
/// let text = log.take();
/// assert!(text.contains("ada") && text.contains("through the other crate"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<Line>>>);

/// One event, or the fields of one span.
#[derive(Clone, Debug)]
pub struct Line {
    target: String,
    level: Level,
    fields: BTreeMap<String, String>,
}

impl Line {
    fn of(metadata: &Metadata<'_>) -> Self {
        Self {
            target: metadata.target().to_owned(),
            level: *metadata.level(),
            fields: BTreeMap::new(),
        }
    }

    /// The level of the line.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// The value of a field. The text of an event is its field `message`.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// The names of the fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.level, self.target)?;
        self.fields
            .iter()
            .try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let value = format!("{value:?}");
        self.fields.insert(field.name().to_owned(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields
            .insert(field.name().to_owned(), value.to_owned());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut said = String::new();
        let mut source = Some(value);
        while let Some(error) = source {
            said.extend([format!("{error} {error:?} ")]);
            source = error.source();
        }
        self.fields.insert(field.name().to_owned(), said);
    }
}

impl Log {
    /// Listens until the guard is dropped: to `tracing` on this thread, and to `log` on all threads.
    #[must_use]
    pub fn listen() -> (Self, DefaultGuard) {
        Bridge::build();
        let log = Self::default();
        let guard = tracing::subscriber::set_default(log.clone());
        (log, guard)
    }

    fn add(&self, line: Line) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line);
    }

    /// The events of one target since the last [`take`](Self::take).
    #[must_use]
    pub fn lines(&self, target: &str) -> Vec<Line> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_target = lines.iter().filter(|line| line.target == target);
        of_target.cloned().collect()
    }

    /// Takes all lines as text.
    #[must_use]
    pub fn take(&self) -> String {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text: Vec<String> = lines.drain(..).map(|line| line.to_string()).collect();
        text.join("\n") + &Bridge::take()
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::of(span.metadata());
        span.record(&mut line);
        self.add(line);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line {
            target: "span".to_owned(),
            level: Level::TRACE,
            fields: BTreeMap::new(),
        };
        values.record(&mut line);
        self.add(line);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::of(event.metadata());
        event.record(&mut line);
        self.add(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The lines that dependencies log through the `log` crate, which has one listener for the process.
struct Bridge(Mutex<String>);

static BRIDGE: Bridge = Bridge(Mutex::new(String::new()));

impl Bridge {
    fn build() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            if log::set_logger(&BRIDGE).is_ok() {
                log::set_max_level(log::LevelFilter::Trace);
            }
        });
    }

    fn take() -> String {
        std::mem::take(&mut BRIDGE.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl log::Log for Bridge {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("\nlog {} {}", record.target(), record.args());
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(&line);
    }

    fn flush(&self) {}
}
