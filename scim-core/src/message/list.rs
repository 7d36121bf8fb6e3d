//! The list response.

use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use crate::error::describe_json_error;
use crate::{Error, ErrorKind, Resource};

/// The schema URI of a list response.
pub const LIST_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A list response: one page of the resources that match a query.
///
/// ```
/// use scim_core::ListResponse;
///
/// let empty = ListResponse::new(0, 1, Vec::new());
/// assert_eq!(
///     String::from_utf8(empty.to_vec()).unwrap(),
///     r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}"#
/// );
/// ```
///
/// Source: RFC 7644 §3.4.2.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse {
    #[serde(default)]
    schemas: Vec<String>,
    total_results: u64,
    #[serde(default = "one")]
    start_index: u64,
    #[serde(default)]
    items_per_page: u64,
    #[serde(default, rename = "Resources")]
    resources: Vec<Resource>,
}

const fn one() -> u64 {
    1
}

/// Writes a list response into one buffer; `write` appends each resource.
pub(crate) fn write<T, E>(
    total: u64,
    (start_index, items_per_page): (u64, u64),
    resources: &[T],
    mut write: impl FnMut(&T, &mut Vec<u8>) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut out = Vec::with_capacity(256 + 1024 * resources.len());
    out.extend_from_slice(b"{\"schemas\":[\"");
    out.extend_from_slice(LIST_SCHEMA.as_bytes());
    let numbers = format!(
        "\"],\"totalResults\":{total},\"startIndex\":{start_index},\"itemsPerPage\":{items_per_page},\"Resources\":["
    );
    out.extend_from_slice(numbers.as_bytes());

    for (index, resource) in resources.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(resource, &mut out)?;
    }

    out.extend_from_slice(b"]}");
    Ok(out)
}

impl ListResponse {
    /// A page with the number of matching resources, the 1-based index of the first one here, and the resources.
    #[must_use]
    pub fn new(total_results: u64, start_index: u64, resources: Vec<Resource>) -> Self {
        Self {
            schemas: vec![LIST_SCHEMA.to_owned()],
            total_results,
            start_index,
            items_per_page: resources.len() as u64,
            resources,
        }
    }

    /// Reads the list response of a server.
    ///
    /// # Errors
    ///
    /// `InvalidSyntax` if the text is not a list response.
    pub fn from_slice(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map_err(|error| {
            Error::new(
                ErrorKind::InvalidSyntax,
                format!(
                    "The body is not a list response: {}",
                    describe_json_error(&error)
                ),
            )
        })
    }

    /// The list as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let written = write(
            self.total_results,
            (self.start_index, self.items_per_page),
            &self.resources,
            |resource, out| {
                resource.write(out);
                Ok::<(), Infallible>(())
            },
        );
        match written {
            Ok(json) => json,
            Err(never) => match never {},
        }
    }

    /// The number of resources that match the query.
    #[must_use]
    pub fn total_results(&self) -> u64 {
        self.total_results
    }

    /// The 1-based index of the first resource of this page.
    #[must_use]
    pub fn start_index(&self) -> u64 {
        self.start_index
    }

    /// The number of resources on this page.
    #[must_use]
    pub fn items_per_page(&self) -> u64 {
        self.items_per_page
    }

    /// The resources of this page.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }
}
