//! Required attributes after a PATCH request.

use scim_filter::AttrPath;

use crate::resource::missing;
use crate::resource::tree;
use crate::schema::ResourceType;
use crate::{Error, ErrorKind, Resource};

/// Refuses a result that lacks a required attribute, unless the resource lacked it before.
///
/// Only the result of the whole request counts, because a request is one atomic change. It may remove an attribute and add
/// it again.
///
/// Source: RFC 7644 §3.5.2.2.
pub(super) fn check_required(
    before: &Resource,
    after: &Resource,
    resource_type: &ResourceType,
) -> Result<(), Error> {
    let mut lacked = Vec::new();
    missing(before.tree(), resource_type, &mut |path| lacked.push(path));

    let mut lost = None;
    missing(after.tree(), resource_type, &mut |path| {
        if !lacked.contains(&path) {
            lost.get_or_insert(path);
        }
    });
    let Some(path) = lost else {
        return Ok(());
    };

    let had_it = tree::get(before.tree(), &path).is_some()
        || AttrPath::parse(&path).is_ok_and(|path| before.get(&path).is_some());
    Err(if had_it {
        let detail = format!("{path} is required and cannot be removed");
        Error::new(ErrorKind::Mutability, detail)
    } else {
        Error::new(ErrorKind::InvalidValue, format!("{path} is required"))
    })
}
