//! What the store writes into a resource.

use crate::resource::write_text;
use crate::version::Version;
use crate::{Error, ErrorKind, Resource, ValueRef};

/// When and as which version a resource is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp<'s> {
    pub(super) created: Option<&'s str>,
    pub(super) now: Option<&'s str>,
    pub(super) version: u64,
}

impl Stamp<'_> {
    /// The resource as it is kept: stamped, and without what is not to be kept or kept elsewhere.
    pub(super) fn on(self, resource: &Resource, id: &str, without: &[&str]) -> Resource {
        let version = Version::new(self.version.to_string()).to_string();
        let times = [
            ("created", self.created.or(self.now)),
            ("lastModified", self.now),
            ("version", Some(version.as_str())),
        ];
        let mut meta = String::with_capacity(120);
        for (name, value) in times {
            if let Some(value) = value {
                meta.push(if meta.is_empty() { '{' } else { ',' });
                meta.push_str(&text(name));
                meta.push(':');
                meta.push_str(&text(value));
            }
        }
        meta.push('}');
        let mut gone = vec!["id", "meta", "password"];
        gone.extend_from_slice(without);
        resource.edited(&gone, &[("id", &text(id)), ("meta", &meta)])
    }
}

fn text(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 2);
    write_text(&mut json, text);
    // What was written from texts is one.
    String::from_utf8(json).unwrap_or_default()
}

/// Refuses a resource that is not at the expected version.
pub(super) fn check_version(current: &Resource, expected: Option<&Version>) -> Result<(), Error> {
    let actual = || {
        let version = current.member("meta")?.member("version")?;
        Version::parse(&version.as_str()?)
    };
    if expected.is_none() || actual().as_ref() == expected {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PreconditionFailed,
        "The resource is at another version",
    ))
}

/// When a resource was made.
pub(super) fn created(resource: &Resource) -> Option<String> {
    let created = resource.member("meta")?.member("created");
    created
        .and_then(ValueRef::as_str)
        .map(std::borrow::Cow::into_owned)
}
