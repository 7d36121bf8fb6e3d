//! Every tolerance by the request of the client that needs it: served, refused without the rule, and as the RFC has it.

mod bodies;
mod deactivation;
mod life;
mod log;
mod members;
mod not_demanded;
mod patches;
mod refusing;
mod rules;
mod said_once;
mod scene;
mod urls;
mod values;
