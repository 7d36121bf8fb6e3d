//! A subscriber that records the log of a service.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The events of a closure: for each the target and a line with the fields and their values.
#[derive(Clone, Default)]
pub(crate) struct Log {
    events: Arc<Mutex<Vec<(String, String)>>>,
    only: Option<&'static str>,
}

impl Log {
    /// Records the events of one target only.
    pub(crate) fn only(target: &'static str) -> Self {
        Self {
            only: Some(target),
            ..Self::default()
        }
    }

    pub(crate) fn listen<R>(&self, run: impl FnOnce() -> R) -> R {
        tracing::subscriber::with_default(self.clone(), run)
    }

    pub(crate) fn lines(&self, target: &str) -> Vec<String> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = events.iter().filter(|(source, _)| source == target);
        lines.map(|(_, line)| line.clone()).collect()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").expect("a line");
    }
}

impl Subscriber for Log {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        self.only.is_none_or(|only| only == of.target())
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push((event.metadata().target().to_owned(), line.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
