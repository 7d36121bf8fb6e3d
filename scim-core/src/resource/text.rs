//! A resource kept as JSON text, with the offsets of its members.

use std::sync::{Arc, OnceLock};

use super::json::{Json, split_name};
use super::scan::{MemberOffset, compact, hash, scan};
use super::tree::Object;

/// Checked and compact text of a JSON object. At every level, names are plain and unique in any letter case.
pub(super) struct JsonText {
    json: Box<str>,
    names: Box<[MemberOffset]>,
    has_null: bool,
}

impl JsonText {
    /// Checks a text. An error returns it: it is not a JSON object, or only a tree can represent it.
    pub(super) fn read(json: String) -> Result<Self, String> {
        match scan(&json) {
            Some(found) if found.is_spaced => Self::read(compact(&json)),
            Some(found) => Ok(Self {
                json: json.into_boxed_str(),
                names: found.names.into_boxed_slice(),
                has_null: found.has_null,
            }),
            None => Err(json),
        }
    }

    pub(super) fn json(&self) -> &str {
        &self.json
    }

    /// Whether the text may contain a `null`.
    pub(super) fn has_null(&self) -> bool {
        self.has_null
    }

    pub(super) fn get(&self, name: &str) -> Option<Json<'_>> {
        let wanted = hash(name);
        self.names.iter().enumerate().find_map(|(index, found)| {
            let (key, value) = (found.hash == wanted).then(|| self.member(index))??;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The members in written order.
    pub(super) fn members(&self) -> TextMembers<'_> {
        TextMembers {
            text: self,
            next: 0,
        }
    }

    fn member(&self, index: usize) -> Option<(&str, Json<'_>)> {
        let (name, value) = split_name(self.raw_member(index)?)?;
        Some((name, Json::new(value)))
    }

    /// The text `"name":value` of a member.
    fn raw_member(&self, index: usize) -> Option<&str> {
        let start = usize::try_from(self.names.get(index)?.at).ok()?;
        // A comma precedes the next member, and a brace follows the last one.
        let end = match self.names.get(index + 1) {
            Some(next) => usize::try_from(next.at).ok()?,
            None => self.json.len(),
        };
        self.json.get(start..end.checked_sub(1)?)
    }

    /// The same text without the members in `without`, and with the members in `added` at the end.
    ///
    /// `added` holds new plain names, each with JSON text as compact and plain as this one.
    #[cfg(feature = "memory")]
    pub(super) fn edited(&self, without: &[&str], added: &[(&str, &str)]) -> Self {
        let more: usize = added
            .iter()
            .map(|(name, json)| name.len() + json.len() + 4)
            .sum();
        let mut json = String::with_capacity(self.json.len() + more);
        let mut names = Vec::with_capacity(self.names.len() + added.len());

        json.push('{');
        for (index, name) in self.names.iter().enumerate() {
            let Some((member, raw)) = self.member(index).zip(self.raw_member(index)) else {
                continue;
            };
            if !without
                .iter()
                .any(|gone| member.0.eq_ignore_ascii_case(gone))
            {
                begin(&mut json, &mut names, name.hash);
                json.push_str(raw);
            }
        }

        let mut has_null = self.has_null;
        for (name, value) in added {
            begin(&mut json, &mut names, hash(name));
            json.push('"');
            json.push_str(name);
            json.push_str("\":");
            json.push_str(value);
            has_null |= value.contains("null");
        }

        json.push('}');
        Self {
            json: json.into_boxed_str(),
            names: names.into_boxed_slice(),
            has_null,
        }
    }
}

/// Starts another member.
#[cfg(feature = "memory")]
fn begin(json: &mut String, names: &mut Vec<MemberOffset>, hash: u32) {
    if !names.is_empty() {
        json.push(',');
    }
    // An offset beyond 32 bits finds no member.
    let at = u32::try_from(json.len()).unwrap_or(u32::MAX);
    names.push(MemberOffset { hash, at });
}

/// The members of a [`JsonText`].
#[derive(Clone)]
pub(crate) struct TextMembers<'t> {
    text: &'t JsonText,
    next: usize,
}

impl<'t> Iterator for TextMembers<'t> {
    type Item = (&'t str, Json<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let member = self.text.member(self.next)?;
        self.next += 1;
        Some(member)
    }
}

/// A text and the tree built from it on demand.
#[derive(Clone)]
pub(super) struct Lazy {
    text: Arc<JsonText>,
    tree: OnceLock<Arc<Object>>,
}

impl Lazy {
    pub(super) fn new(text: Arc<JsonText>) -> Self {
        Self {
            text,
            tree: OnceLock::new(),
        }
    }

    pub(super) fn text(&self) -> &Arc<JsonText> {
        &self.text
    }

    pub(super) fn tree(&self) -> &Arc<Object> {
        // Parsing a checked text cannot fail.
        self.tree
            .get_or_init(|| Arc::new(serde_json::from_str(self.text.json()).unwrap_or_default()))
    }

    pub(super) fn into_tree(mut self) -> Arc<Object> {
        self.tree();
        self.tree.take().unwrap_or_default()
    }
}
