use http::StatusCode;
use serde_json::{Value, json};

use super::*;

fn response(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

fn error(status: u16, body: &Value) -> Error {
    error_to("", status, body)
}

/// An answer to a request with this token.
fn error_to(token: &str, status: u16, body: &Value) -> Error {
    Error::from_response(
        &response(status, body.to_string()),
        Replay::Safe,
        token,
        &[],
    )
}

#[test]
fn a_validation_error_keeps_hubspots_message() {
    let error = error(
        400,
        &json!({
            "status": "error", "message": "Property values were not valid", "category": "VALIDATION_ERROR",
            "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
        }),
    );
    assert_eq!(*error.kind(), ErrorKind::Invalid);
    assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
    assert_eq!(error.category(), Some("VALIDATION_ERROR"));
    assert_eq!(error.message(), Some("Property values were not valid"));
    assert_eq!(
        error.correlation_id(),
        Some("aeb5f871-7f07-4993-9211-075dc63e7cbf")
    );
    assert_eq!(
        error.to_string(),
        "HubSpot refuses the request (400): Property values were not valid \
         [correlation id aeb5f871-7f07-4993-9211-075dc63e7cbf]"
    );
}

#[test]
fn reasons_are_found_at_any_depth() {
    let nested =
        json!({"message": "x", "errors": [{"message": "{\"code\":\"USER_NOT_ON_ANY_HUBS\"}"}]});
    assert!(error(400, &nested).is_user_not_on_any_hubs());
    let seat =
        json!({"errors": [{"code": "AppUserErrors.NO_SEAT_AVAILABLE_FOR_ROLE_COMBINATION"}]});
    assert!(error(400, &seat).no_seat_available());
    let roles =
        json!({"message": "Account doesn't have access to roles.", "category": "VALIDATION_ERROR"});
    assert!(error(400, &roles).roles_unavailable());
    let none = error(400, &json!({"message": "other"}));
    assert!(
        !none.is_user_not_on_any_hubs() && !none.no_seat_available() && !none.roles_unavailable()
    );
}

#[test]
fn a_refusal_for_scopes_names_them() {
    let body = json!({
        "status": "error",
        "message": "This app hasn't been granted all required scopes to make this call.",
        "errors": [{
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": ["settings.users.write", "crm.objects.users.write"]},
        }],
        "category": "MISSING_SCOPES",
    });
    let scopes = vec![
        "settings.users.write".to_owned(),
        "crm.objects.users.write".to_owned(),
    ];
    assert_eq!(
        *error(403, &body).kind(),
        ErrorKind::MissingScopes(scopes.clone())
    );
    // One client reports a 400 for a role that needs billing rights.
    assert_eq!(*error(400, &body).kind(), ErrorKind::MissingScopes(scopes));
    assert_eq!(
        *error(403, &json!({"category": "MISSING_SCOPES"})).kind(),
        ErrorKind::MissingScopes(Vec::new())
    );
    assert_eq!(
        *error(403, &json!({"message": "no"})).kind(),
        ErrorKind::Forbidden
    );
}

#[test]
fn every_status_has_its_kind() {
    for (status, safe, creation) in [
        (302, ErrorKind::Unexpected, ErrorKind::Ambiguous),
        (401, ErrorKind::Unauthorized, ErrorKind::Unauthorized),
        (404, ErrorKind::NotFound, ErrorKind::NotFound),
        (405, ErrorKind::Unexpected, ErrorKind::Unexpected),
        (408, ErrorKind::Unavailable, ErrorKind::Ambiguous),
        (409, ErrorKind::Conflict, ErrorKind::Conflict),
        (423, ErrorKind::Locked, ErrorKind::Locked),
        (477, ErrorKind::Unavailable, ErrorKind::Unavailable),
        (500, ErrorKind::Unavailable, ErrorKind::Ambiguous),
        (524, ErrorKind::Unavailable, ErrorKind::Ambiguous),
    ] {
        let response = response(status, "");
        assert_eq!(
            *Error::from_response(&response, Replay::Safe, "", &[]).kind(),
            safe,
            "{status}"
        );
        let created = Error::from_response(&response, Replay::OnlyIfNotTaken, "", &[]);
        assert_eq!(*created.kind(), creation, "{status}");
    }
}

#[test]
fn a_limit_is_daily_or_passes_soon() {
    let daily = [
        json!({"policyName": "DAILY"}),
        json!({"message": "You have reached your daily limit.", "errorType": "RATE_LIMIT"}),
    ];
    for body in daily {
        assert_eq!(
            *error(429, &body).kind(),
            ErrorKind::RateLimited { daily: true }
        );
        assert_eq!(error(429, &body).retry_after(), None);
    }
    for (body, wait) in [
        (
            json!({"message": "You have reached your ten_secondly_rolling limit."}),
            10,
        ),
        (
            json!({"message": "You have reached your secondly limit."}),
            1,
        ),
        (json!({}), 10),
    ] {
        assert_eq!(
            *error(429, &body).kind(),
            ErrorKind::RateLimited { daily: false }
        );
        assert_eq!(
            error(429, &body).retry_after(),
            Some(Duration::from_secs(wait)),
            "{body}"
        );
    }
}

#[test]
fn a_404_with_hubspots_body_or_an_empty_one_is_absence() {
    for body in [
        "",
        "{}",
        "null",
        "[]",
        "\"x\"",
        "{\"message\": 5, \"errors\": {}}",
    ] {
        let error = Error::from_response(&response(404, body), Replay::Safe, "", &[]);
        assert_eq!(*error.kind(), ErrorKind::NotFound, "{body}");
        assert_eq!(error.message(), None, "{body}");
    }
}

#[test]
fn a_foreign_404_proves_no_absence() {
    let mut page_without_text = response(404, "");
    let html = "Text/HTML; charset=utf-8".parse().unwrap();
    page_without_text.headers_mut().insert("content-type", html);
    for response in [
        response(404, "<html>no such page</html>"),
        response(404, "404 page not found"),
        response(404, "{\"category\": \"OBJECT_NOT"),
        response(404, vec![0xff, 0xfe]),
        page_without_text,
    ] {
        for (replay, kind) in [
            (Replay::Safe, ErrorKind::Unreadable),
            (Replay::OnlyIfNotTaken, ErrorKind::Ambiguous),
        ] {
            let error = Error::from_response(&response, replay, "", &[]);
            assert_eq!(*error.kind(), kind, "{response:?}");
            assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
            assert!(error.to_string().contains("base URL"), "{error}");
        }
    }
}

#[test]
fn a_refusal_with_a_lost_reason_is_not_final() {
    for body in ["{\"message\": \"USER_NOT_ON_ANY_HU", "<html>no</html>"] {
        for status in [400, 403, 422] {
            for (replay, kind) in [
                (Replay::Safe, ErrorKind::Unavailable),
                (Replay::OnlyIfNotTaken, ErrorKind::Ambiguous),
            ] {
                let error = Error::from_response(&response(status, body), replay, "", &[]);
                assert_eq!(*error.kind(), kind, "{status} {body}");
            }
        }
    }
    let nothing = Error::from_response(&response(400, ""), Replay::Safe, "", &[]);
    assert_eq!(*nothing.kind(), ErrorKind::Invalid, "an empty body");
}

#[test]
fn foreign_text_is_bounded_on_one_line_and_without_addresses() {
    let long = format!(
        "line\none\r\u{1b}[31m user ada@acme.example {}",
        "é".repeat(10_000)
    );
    let body = json!({"message": long, "category": "a b", "correlationId": "x".repeat(1_000)});
    let error = error(409, &body);
    let message = error.message().unwrap();
    assert!(message.starts_with("line one [31m user *** é"), "{message}");
    assert_eq!(message.chars().count(), 300);
    assert_eq!(error.category(), None);
    assert_eq!(error.correlation_id(), None);
    assert!(!format!("{error} {error:?}").contains("acme"));
}

#[test]
fn a_token_repeated_by_hubspot_is_hidden() {
    let body = json!({"message": "Token pat-na1-planted is not known", "correlationId": "pat-na1-planted"});
    let error = error_to("pat-na1-planted", 401, &body);
    assert!(!format!("{error} {error:?}").contains("planted"));
    assert_eq!(error.message(), Some("Token *** is not known"));
}

#[test]
fn a_token_longer_than_the_message_is_hidden() {
    let token = format!("pat-na1-planted{}", "y".repeat(300));
    let body = json!({"message": format!("{} {token}", "x".repeat(280))});
    let error = error_to(&token, 400, &body);
    assert!(!format!("{error} {error:?}").contains("planted"));
}

#[test]
fn values_repeated_by_hubspot_are_hidden_and_ids_stay_whole() {
    let message = format!("{} Ada-Augusta", "x ".repeat(145));
    let body = json!({"message": message, "correlationId": "123-Ada"});
    let values = ["Ada", "Ada-Augusta"].map(str::to_owned);
    let response = response(400, body.to_string());
    let error = Error::from_response(&response, Replay::Safe, "", &values);
    let message = error.message().unwrap();
    assert!(message.ends_with(" ***"), "{message}");
    assert!(!message.contains("Ada"), "{message}");
    assert_eq!(error.correlation_id(), Some("123-Ada"));
}

#[test]
fn the_correlation_id_may_come_in_a_header() {
    let mut response = response(502, "<html>");
    response
        .headers_mut()
        .insert("x-hubspot-correlation-id", "abc-1".parse().unwrap());
    assert_eq!(
        Error::from_response(&response, Replay::Safe, "", &[]).correlation_id(),
        Some("abc-1")
    );
}

#[test]
fn the_kind_follows_the_status_whatever_the_body() {
    let bodies = [
        String::new(),
        json!({}).to_string(),
        json!({"status": "error", "message": "no", "category": "CONFLICT"}).to_string(),
        json!({"message": null, "category": 7, "errors": {"a": []}, "correlationId": {}})
            .to_string(),
        json!([1]).to_string(),
        "<html><body>gateway</body></html>".to_owned(),
        "{\"message\": \"cut sh".to_owned(),
    ];
    let garbled = &bodies[5..];

    for (status, kind) in [
        (400, ErrorKind::Invalid),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::Unexpected),
        (409, ErrorKind::Conflict),
        (423, ErrorKind::Locked),
        (429, ErrorKind::RateLimited { daily: false }),
        (477, ErrorKind::Unavailable),
        (500, ErrorKind::Unavailable),
        (523, ErrorKind::Unavailable),
        (524, ErrorKind::Unavailable),
    ] {
        for body in &bodies {
            if garbled.contains(body) && matches!(status, 400 | 403 | 404) {
                continue;
            }
            let error =
                Error::from_response(&response(status, body.clone()), Replay::Safe, "", &[]);
            assert_eq!(*error.kind(), kind, "{status} {body}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
    }
}

#[test]
fn the_billing_scope_is_found_in_the_text_as_well() {
    let body = json!({
        "category": "VALIDATION_ERROR",
        "message": "Assigning this role requires the settings.billing.write scope.",
    });
    let scope = vec!["settings.billing.write".to_owned()];
    assert_eq!(*error(400, &body).kind(), ErrorKind::MissingScopes(scope));
    let body = json!({"message": "settings.billing.write", "category": "CONFLICT"});
    assert_eq!(*error(409, &body).kind(), ErrorKind::Conflict);
}
