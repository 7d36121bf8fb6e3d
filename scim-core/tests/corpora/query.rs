//! A query selects the same from an index and from a scan, over GET and over POST.
//!
//! The input is the query part of a URL.

use http::Uri;
use scim_core::Profile;
use scim_core::filter::Filter;
use scim_core::message::SearchRequest;
use scim_core::query::Query;
use serde_json::Value;

use crate::server::{Provided, Server, with_server};

pub(crate) fn check(input: &[u8], profile: Profile) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let search = SearchRequest::from_query(text).ok();

    if let Some(search) = &search {
        let read = SearchRequest::from_slice(&search.to_vec(), profile);
        assert_eq!(&read.expect("our JSON"), search);
    }
    if let Some(filter) = Query::parse(text, profile)
        .ok()
        .and_then(|query| query.filter)
    {
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    // The service takes a flag of Entra ID out of a URL, with the path behind it.
    let flags = text.to_ascii_lowercase();
    let has_flag = flags.contains("aadoptscim") || flags.contains("azureadscim");
    for endpoint in ["/Users", "/Groups", ""] {
        let Ok(uri) = format!("{endpoint}/?{text}").parse::<Uri>() else {
            return;
        };
        if uri.query() != Some(text) {
            // A fragment, which HTTP does not send.
            return;
        }
        let uri = uri.to_string();
        let lists = [Provided::All, Provided::Storage].map(|provided| {
            with_server(profile, provided, |server| {
                let found = get(server, &uri);
                if let Some(search) = search.as_ref().filter(|_| !has_flag) {
                    let path = format!("{endpoint}/.search");
                    assert_eq!(server.send("POST", &path, search.to_vec()), found);
                }
                found
            })
        });
        assert_eq!(lists[0], lists[1]);
    }
}

/// Gets a list and checks that its numbers agree.
fn get(server: &Server, uri: &str) -> (u16, Value) {
    let (status, list) = server.send("GET", uri, "");
    if status == 200 {
        let shown = list["Resources"].as_array().map_or(0, Vec::len) as u64;
        let total = list["totalResults"].as_u64().expect("a total");
        assert!(shown <= total, "{list}");
        if let Some(items) = list["itemsPerPage"].as_u64() {
            assert_eq!(items, shown, "{list}");
        }
    }
    (status, list)
}
