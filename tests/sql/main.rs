//! `scim_filter::sql` against real databases: SQLite always, PostgreSQL if `DATABASE_URL` names one.

mod agreement;
mod guide;
mod limits;
mod refusals;
