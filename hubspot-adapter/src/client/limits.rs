//! HubSpot's limits on requests, pages and searches, and the time to wait after each.

use std::time::Duration;

/// The page size of every known client. HubSpot documents no default and no maximum
/// (`docs/evidence.md`, H5).
pub const PAGE_LIMIT: u16 = 100;

/// The most CRM searches in one second, for the whole account. Their answers carry no headers of
/// the limit (`docs/evidence.md`, H46).
pub(crate) const SEARCHES_PER_SECOND: u32 = 5;

/// The most rows in one page of a CRM search (`docs/evidence.md`, H46).
pub(crate) const SEARCH_PAGE_LIMIT: u16 = 200;

/// The most characters of a CRM search (`docs/evidence.md`, H46).
#[cfg(feature = "emulator")]
pub(crate) const SEARCH_LENGTH: usize = 3_000;

/// The most ids in a CRM search. So many fit in its 3,000 characters.
pub(crate) const SEARCH_VALUES: usize = 100;

/// The smallest limit of any plan, in requests for each [`BURST_INTERVAL`] (`docs/evidence.md`, H32).
pub(crate) const SMALLEST_BURST_LIMIT: u32 = 100;

/// The interval of the burst limit (`docs/evidence.md`, H32).
pub(crate) const BURST_INTERVAL: Duration = Duration::from_secs(10);

/// The header with the burst interval in milliseconds (`docs/evidence.md`, H33).
pub(crate) const BURST_INTERVAL_HEADER: &str = "x-hubspot-ratelimit-interval-milliseconds";

/// The header with the number of requests that an interval allows (`docs/evidence.md`, H33).
pub(crate) const BURST_LIMIT_HEADER: &str = "x-hubspot-ratelimit-max";

/// The header with the number of requests that are left (`docs/evidence.md`, H33).
pub(crate) const BURST_LEFT_HEADER: &str = "x-hubspot-ratelimit-remaining";

/// The interval of the limit on CRM searches (`docs/evidence.md`, H34, H46).
pub(crate) const SECONDLY_INTERVAL: Duration = Duration::from_secs(1);

/// The least wait after a 423: another write to the same user is under way (`docs/evidence.md`, H35).
pub(crate) const LOCKED_WAIT: Duration = Duration::from_secs(2);

/// The status of an account on the move to another data center, for up to a day
/// (`docs/evidence.md`, H35).
pub(crate) const MIGRATING: u16 = 477;
