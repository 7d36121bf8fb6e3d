//! Values inside a checked JSON text, read without a copy.

use std::borrow::Cow;

/// A value in compact JSON text in which every object has plain and unique names.
#[derive(Clone, Copy)]
pub(crate) struct Json<'t>(&'t str);

impl<'t> Json<'t> {
    /// The value that spans all of `text`, which must be checked.
    pub(crate) const fn new(text: &'t str) -> Self {
        Self(text)
    }

    pub(crate) const fn raw(self) -> &'t str {
        self.0
    }

    pub(super) fn first(self) -> u8 {
        self.0.as_bytes().first().copied().unwrap_or_default()
    }

    /// The text of a string; owned only if it has escapes.
    pub(super) fn as_str(self) -> Option<Cow<'t, str>> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') {
            serde_json::from_str(self.0).ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }

    pub(super) fn as_bool(self) -> Option<bool> {
        match self.0 {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The digits of a number as written.
    pub(super) fn as_number(self) -> Option<&'t str> {
        matches!(self.first(), b'-' | b'0'..=b'9').then_some(self.0)
    }

    pub(super) fn is_unassigned(self) -> bool {
        matches!(self.0, "null" | "[]" | "{}")
    }

    pub(super) fn is_object(self) -> bool {
        self.first() == b'{'
    }

    pub(super) fn is_array(self) -> bool {
        self.first() == b'['
    }

    /// The members of an object in written order; none for other values.
    pub(super) fn members(self) -> Members<'t> {
        Members(inner(self.0, '{', '}'))
    }

    /// The elements of an array; none for other values.
    pub(super) fn elements(self) -> Elements<'t> {
        Elements(inner(self.0, '[', ']'))
    }

    pub(super) fn member(self, name: &str) -> Option<Self> {
        self.members()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

fn inner(text: &str, open: char, close: char) -> &str {
    text.strip_prefix(open)
        .and_then(|text| text.strip_suffix(close))
        .unwrap_or_default()
}

/// The members of an object, by name.
#[derive(Clone)]
pub(crate) struct Members<'t>(&'t str);

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, Json<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = split_name(self.0)?;
        let (value, rest) = rest.split_at_checked(end_of_value(rest))?;
        self.0 = rest.strip_prefix(',').unwrap_or_default();
        Some((name, Json(value)))
    }
}

/// The elements of an array.
#[derive(Clone)]
pub(super) struct Elements<'t>(&'t str);

impl<'t> Iterator for Elements<'t> {
    type Item = Json<'t>;

    fn next(&mut self) -> Option<Json<'t>> {
        if self.0.is_empty() {
            return None;
        }
        let (value, rest) = self.0.split_at_checked(end_of_value(self.0))?;
        self.0 = rest.strip_prefix(',').unwrap_or_default();
        Some(Json(value))
    }
}

/// Splits `"name":value` into the name and the rest after the colon.
pub(super) fn split_name(text: &str) -> Option<(&str, &str)> {
    // A plain name has no escapes, so it ends at the next quotation mark.
    text.strip_prefix('"')?.split_once("\":")
}

/// The length of the value at the start of `text`.
fn end_of_value(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'"') => end_of_string(bytes, 0),
        Some(b'{' | b'[') => {
            let (mut depth, mut at) = (0_usize, 0);
            while let Some(byte) = bytes.get(at) {
                match byte {
                    b'"' => {
                        at = end_of_string(bytes, at);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            at
        }
        _ => bytes
            .iter()
            .position(|byte| matches!(byte, b',' | b'}' | b']'))
            .unwrap_or(bytes.len()),
    }
}

/// The offset after the string that begins at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest.iter().position(|&byte| byte == b'"' || byte == b'\\') {
            Some(offset) if rest.get(offset) == Some(&b'"') => return at + offset + 1,
            Some(offset) => at += offset + 2,
            None => return bytes.len(),
        }
    }
}

/// Writes a text as a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing text to a vector cannot fail.
        serde_json::to_writer(out, text).unwrap_or_default();
    }
}
