//! The query and the path segments of a request.

use crate::client::PAGE_LIMIT;
use crate::emulator::account::{Key, PageRequest};
use crate::emulator::answer::Answer;

/// The default number of CRM rows in a page.
const CRM_PAGE: u16 = 10;

/// The parameters that HubSpot knows. It ignores others.
#[derive(Debug, Default)]
pub(super) struct Query {
    limit: Option<String>,
    after: Option<String>,
    id_property: Option<String>,
    archived: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) properties: Vec<String>,
}

impl Query {
    pub(super) fn read(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            match name.as_ref() {
                "limit" => query.limit = Some(value.into_owned()),
                "after" => query.after = Some(value.into_owned()),
                "type" => query.kind = Some(value.into_owned()),
                "properties" => query
                    .properties
                    .extend(value.split(',').map(|name| name.trim().to_owned())),
                "archived" => query.archived = Some(value.into_owned()),
                "idProperty" => query.id_property = Some(value.into_owned()),
                _ => {}
            }
        }
        query
    }

    pub(super) fn page(&self) -> Result<PageRequest, Answer> {
        self.page_of(PAGE_LIMIT)
    }

    /// Reads the page of CRM rows. The default is smaller than for users, and archived rows are not available.
    pub(super) fn crm_page(&self) -> Result<PageRequest, Answer> {
        if self.archived.as_deref() == Some("true") {
            return Err(Answer::invalid(
                "Paging through deleted objects is not supported.",
            ));
        }
        self.page_of(CRM_PAGE)
    }

    fn page_of(&self, default: u16) -> Result<PageRequest, Answer> {
        let limit = match &self.limit {
            None => default,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| Answer::invalid("limit must be a positive number."))?,
        };
        let position =
            |text: &String| position(text).ok_or_else(|| Answer::invalid("after is not a cursor."));
        Ok(PageRequest {
            limit,
            after: self.after.as_ref().map(position).transpose()?,
        })
    }

    pub(super) fn key(&self, segment: &str) -> Result<Key, Answer> {
        let text = decoded(segment).ok_or_else(Answer::not_found)?;
        match self.id_property.as_deref() {
            None | Some("USER_ID") => Ok(Key::Id(text)),
            Some("EMAIL") => Ok(Key::Email(text)),
            Some(_) => Err(Answer::invalid("idProperty must be USER_ID or EMAIL.")),
        }
    }
}

/// Decodes a path segment as HubSpot does: an unencoded `+` is a blank.
pub(super) fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push(u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?);
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// Returns a cursor that invites no arithmetic.
pub(super) fn cursor(last: u64) -> String {
    format!("c{:x}", last.rotate_left(29))
}

pub(super) fn position(cursor: &str) -> Option<u64> {
    let number = u64::from_str_radix(cursor.strip_prefix('c')?, 16).ok()?;
    Some(number.rotate_right(29))
}
