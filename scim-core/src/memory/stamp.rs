//! `id` and `meta`, which the store writes into a resource.

use crate::resource::write_text;
use crate::version::Version;
use crate::{Resource, ValueRef};

/// The times and the version of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp<'s> {
    pub(super) created: Option<&'s str>,
    pub(super) now: Option<&'s str>,
    pub(super) version: u64,
}

impl Stamp<'_> {
    /// Stamps a resource for the store, without `password` and the attributes in `without`.
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
                meta.push_str(&json_text(name));
                meta.push(':');
                meta.push_str(&json_text(value));
            }
        }
        meta.push('}');

        let mut removed = vec!["id", "meta", "password"];
        removed.extend_from_slice(without);
        resource.edited(&removed, &[("id", &json_text(id)), ("meta", &meta)])
    }
}

fn json_text(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 2);
    write_text(&mut json, text);
    // Only text was written, so it is valid UTF-8.
    String::from_utf8(json).unwrap_or_default()
}

/// The `meta.created` of a resource.
pub(super) fn created(resource: &Resource) -> Option<String> {
    let created = resource.member("meta")?.member("created");
    created
        .and_then(ValueRef::as_str)
        .map(std::borrow::Cow::into_owned)
}
