//! SCIM 2.0 filters and PATCH paths (RFC 7644 §3.4.2.2, §3.5.2).
