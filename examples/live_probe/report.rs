//! The report: lines without a token or personal data.

use std::collections::BTreeMap;
use std::fmt;

use hubspot_adapter::client;
use hubspot_adapter::dialect::Dialect;
use hubspot_adapter::emulator::Behavior;

use crate::wire::Reply;

/// The open questions of `docs/evidence.md`, and the other keys.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Question {
    Q1,
    Q2,
    Q3,
    Q4,
    Q5,
    Q6,
    Q7,
    Q8,
    Q9,
    Q10,
    Q11,
    Q12,
    Other,
}

impl Question {
    pub(crate) const ALL: [Self; 13] = [
        Self::Q1,
        Self::Q2,
        Self::Q3,
        Self::Q4,
        Self::Q5,
        Self::Q6,
        Self::Q7,
        Self::Q8,
        Self::Q9,
        Self::Q10,
        Self::Q11,
        Self::Q12,
        Self::Other,
    ];

    fn about(self) -> &'static str {
        match self {
            Self::Q1 => "Q1 teams, by user and by team",
            Self::Q2 => "Q2 PUT without roleId",
            Self::Q3 => "Q3 seats",
            Self::Q4 => "Q4 POST of a member",
            Self::Q5 => "Q5 deactivated users",
            Self::Q6 => "Q6 the list of users",
            Self::Q7 => "Q7 letter case",
            Self::Q8 => "Q8 super admins",
            Self::Q9 => "Q9 a unique property",
            Self::Q10 => "Q10 HubSpot's own SCIM",
            Self::Q11 => "Q11 limits",
            Self::Q12 => "Q12 service keys",
            Self::Other => "other",
        }
    }
}

/// The reason for a missing answer.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    NotSet(&'static str),
    Scope(String),
    Unclear(String),
}

impl Trouble {
    /// A reply that matches neither answer.
    pub(crate) fn of(what: &str, reply: &Reply) -> Self {
        match reply.missing_scopes() {
            Some(scopes) => Self::Scope(scopes),
            None => Self::Unclear(format!("{what}: {}", reply.shape())),
        }
    }

    pub(crate) fn unclear(why: &str) -> Self {
        Self::Unclear(why.to_owned())
    }
}

impl From<client::Error> for Trouble {
    fn from(error: client::Error) -> Self {
        if let client::ErrorKind::MissingScopes(scopes) = error.kind() {
            return Self::Scope(scopes.join(" or "));
        }
        let status = error
            .status()
            .map_or_else(String::new, |status| format!(", {}", status.as_u16()));
        let category = error.category().unwrap_or("no category");
        Self::Unclear(format!("{}{status}, {category}", error.kind()))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSet(variable) => write!(f, "{variable} is not set"),
            Self::Scope(scopes) => write!(f, "scope missing: {scopes}"),
            Self::Unclear(why) => f.write_str(why),
        }
    }
}

#[derive(Clone, Debug)]
enum Finding {
    Fact(String),
    Key(&'static str, String),
    Open(&'static str, Trouble),
}

/// The findings so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report(Vec<(Question, Finding)>);

impl Report {
    /// Adds the answer of a key, or the reason for a missing one.
    pub(crate) fn note<T: fmt::Display>(
        &mut self,
        question: Question,
        key: &'static str,
        outcome: Result<T, Trouble>,
    ) {
        let finding = match outcome {
            Ok(answer) => Finding::Key(key, answer.to_string()),
            Err(trouble) => Finding::Open(key, trouble),
        };
        self.0.push((question, finding));
    }

    /// Adds an observation without a key.
    pub(crate) fn fact(&mut self, question: Question, fact: impl Into<String>) {
        self.0.push((question, Finding::Fact(fact.into())));
    }

    /// Adds the reason for a missing observation.
    pub(crate) fn open(&mut self, question: Question, what: &'static str, trouble: Trouble) {
        self.0.push((question, Finding::Open(what, trouble)));
    }

    /// Returns the measured keys with their answers.
    pub(crate) fn measured(&self) -> BTreeMap<&'static str, &str> {
        let keys = self.0.iter().filter_map(|(_, finding)| match finding {
            Finding::Key(key, answer) => Some((*key, answer.as_str())),
            Finding::Fact(_) | Finding::Open(..) => None,
        });
        keys.collect()
    }

    /// Returns the measured keys of the adapter's dialect, as `KEY=VALUE,…`.
    pub(crate) fn dialect(&self) -> String {
        self.measured_of(Dialect::KEYS.into_iter())
    }

    /// Returns the other measured keys, which the emulated account can play, as `KEY=VALUE,…`.
    pub(crate) fn behavior(&self) -> String {
        self.measured_of(Behavior::keys().filter(|key| !Dialect::KEYS.contains(key)))
    }

    fn measured_of(&self, keys: impl Iterator<Item = &'static str>) -> String {
        let measured = self.measured();
        let pairs = keys.filter_map(|key| Some(format!("{key}={}", measured.get(key)?)));
        pairs.collect::<Vec<_>>().join(",")
    }

    /// Returns one line for each question, then the behavior, and last the dialect.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = Question::ALL
            .into_iter()
            .map(|question| {
                let about = self.0.iter().filter(|(of, _)| *of == question);
                let said: Vec<String> = about.map(|(_, finding)| finding.to_string()).collect();
                let said = if said.is_empty() {
                    "not reached".to_owned()
                } else {
                    said.join("; ")
                };
                format!("{}: {said}", question.about())
            })
            .collect();
        lines.push(format!("behavior {}", self.behavior()));
        lines.push(format!("dialect {}", self.dialect()));
        lines
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fact(fact) => f.write_str(fact),
            Self::Key(key, answer) => write!(f, "{key}={answer}"),
            Self::Open(what, trouble) => write!(f, "{what} not answered, {trouble}"),
        }
    }
}
