//! How much HubSpot takes at once, and how long it wants to be left alone.

use std::time::Duration;

/// The page size that every known client uses; neither a default nor a maximum is documented
/// (`docs/evidence.md`, H5).
pub const PAGE_LIMIT: u16 = 100;

/// The most CRM searches in one second, for the whole account. Their answers have no headers that
/// tell (`docs/evidence.md`, H46).
pub const SEARCHES_PER_SECOND: u32 = 5;

/// The most rows in one page of a CRM search (`docs/evidence.md`, H46).
pub const SEARCH_PAGE_LIMIT: u16 = 200;

/// The most characters of a CRM search (`docs/evidence.md`, H46).
pub const SEARCH_LENGTH: usize = 3_000;

/// So many ids fit in a CRM search of [`SEARCH_LENGTH`].
pub const SEARCH_VALUES: usize = 100;

/// The smallest limit of any plan, of requests in [`BURST_INTERVAL`] (`docs/evidence.md`, H32).
pub const SMALLEST_BURST_LIMIT: u32 = 100;

/// The interval of the burst limit (`docs/evidence.md`, H32).
pub const BURST_INTERVAL: Duration = Duration::from_secs(10);

/// The header that tells [`BURST_INTERVAL`] in milliseconds (`docs/evidence.md`, H33).
pub const BURST_INTERVAL_HEADER: &str = "x-hubspot-ratelimit-interval-milliseconds";

/// The header that tells how many requests an interval allows (`docs/evidence.md`, H33).
pub const BURST_LIMIT_HEADER: &str = "x-hubspot-ratelimit-max";

/// The header that tells how many of them are left (`docs/evidence.md`, H33).
pub const BURST_LEFT_HEADER: &str = "x-hubspot-ratelimit-remaining";

/// The interval of the limit of CRM searches (`docs/evidence.md`, H34, H46).
pub const SECONDLY_INTERVAL: Duration = Duration::from_secs(1);

/// How long to wait at least after a 423, another write to the same user (`docs/evidence.md`, H35).
pub const LOCKED_WAIT: Duration = Duration::from_secs(2);

/// The status of an account on the move to another data centre, which takes up to a day (`docs/evidence.md`, H35).
pub const MIGRATING: u16 = 477;
