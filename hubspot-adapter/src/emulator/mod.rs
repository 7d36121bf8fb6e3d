//! An emulated HubSpot account.
