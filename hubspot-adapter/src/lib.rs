//! SCIM 2.0 providers over HubSpot's public API.
