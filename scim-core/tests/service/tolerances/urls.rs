//! Forms of filters, pages and paths.

use scim_core::{Profile, Tolerance};
use serde_json::Value;

use super::rules::{BOTH, Case, Rfc};
use super::scene::Scene;

const ADA: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"akadmin","externalId":"jyoung","emails":[{"type":"work","value":"ada@contoso.com"}]}"#,
);
const BOB: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","emails":[{"type":"work","value":"bob@contoso.com"}]}"#,
);
const CAN: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"can"}"#,
);
const DEE: (&str, &str) = (
    "/Users",
    r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dee"}"#,
);

/// Whether a response lists exactly these users.
fn lists(status: u16, answer: &Value, names: &[&str]) -> bool {
    let resources = answer["Resources"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let listed = resources.iter().map(|user| user["userName"].as_str());
    status == 200 && listed.eq(names.iter().copied().map(Some))
}

pub(crate) const CASES: &[Case] = &[
    Case {
        tolerance: Tolerance::LenientFilters,
        client: "authentik",
        row: "C13",
        given: &[ADA, BOB],
        request: ("GET", "/Users?filter=userName+eq+akadmin", ""),
        serves: |_, status, answer| lists(status, answer, &["akadmin"]),
        rfc: Rfc::Refuses(400, "invalidFilter"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::LenientFilters,
        client: "Entra",
        row: "C13",
        given: &[ADA, BOB],
        request: ("GET", "/Users?filter=externalId%20eq%20jyoung", ""),
        serves: |_, status, answer| lists(status, answer, &["akadmin"]),
        rfc: Rfc::Refuses(400, "invalidFilter"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::SingularEmail,
        client: "PingOne",
        row: "C59",
        given: &[ADA, BOB],
        request: (
            "GET",
            "/Users?filter=email%20Co%20%22ada%40contoso.com%22",
            "",
        ),
        serves: |_, status, answer| lists(status, answer, &["akadmin"]),
        rfc: Rfc::Refuses(400, "invalidFilter"),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EntraFlags,
        client: "Entra ID",
        row: "C18",
        given: &[ADA, BOB],
        request: (
            "GET",
            "/scim/v2/aadOptscim062020/Users?filter=userName+eq+%22bob%22",
            "",
        ),
        serves: |_, status, answer| lists(status, answer, &["bob"]),
        rfc: Rfc::Refuses(404, ""),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EntraFlags,
        client: "Entra ID",
        row: "C18",
        given: &[ADA, BOB],
        request: (
            "GET",
            "/scim/v2/?aadOptscim062020/Users?filter=userName+eq+%22bob%22",
            "",
        ),
        serves: |_, status, answer| lists(status, answer, &["bob"]),
        // A query on the root with an unknown parameter (RFC 7644 §3.4.2).
        rfc: Rfc::Reads(|_, status, answer| lists(status, answer, &["akadmin", "bob"])),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::EmptySegments,
        client: "Entra ID",
        row: "C60",
        given: &[ADA, BOB],
        request: ("GET", "/scim/v2//Users?filter=userName+eq+%22bob%22", ""),
        serves: |_, status, answer| lists(status, answer, &["bob"]),
        rfc: Rfc::Refuses(404, ""),
        patching: BOTH,
    },
    Case {
        tolerance: Tolerance::PageNumbers,
        client: "midPoint",
        row: "C61",
        given: &[ADA, BOB, CAN, DEE],
        request: ("GET", "/Users?startIndex=2&count=2", ""),
        serves: |_, status, answer| {
            lists(status, answer, &["can", "dee"]) && answer["startIndex"] == 3
        },
        // The second and the third user (RFC 7644 §3.4.2.4).
        rfc: Rfc::Reads(|_, status, answer| lists(status, answer, &["bob", "can"])),
        patching: BOTH,
    },
];

#[test]
fn two_trailing_slashes_count_as_doubled() {
    let paths = ["/Users//", "/Users///", "//", "/scim/v2/Users//"];
    for (profile, status) in [(Profile::tolerant(), 200), (Profile::rfc(), 404)] {
        let scene = Scene::new(profile);
        for path in paths {
            assert_eq!(scene.send("GET", path, "").0, status, "{path}");
        }
        assert_eq!(scene.send("GET", "/Users/", "").0, 200);
    }
}
