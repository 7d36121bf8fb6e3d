//! Every tolerance with the request of the client that needs it: served with it, refused without it, and read by the RFC.

mod always_accepted;
mod bodies;
mod deactivation;
mod ignored;
mod life;
mod log;
mod members;
mod patches;
mod refusing;
mod rules;
mod scene;
mod urls;
mod values;
