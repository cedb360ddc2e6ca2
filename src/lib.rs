//! copydesk checks machine-translated news before it is published.
//!
//! Data flows one way: bytes → view → text → document → rules and detectors → findings → resolve → fix → report.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
mod detect;
pub mod doc;
mod engine;
pub mod finding;
pub mod fix;
pub mod lang;
pub mod names;
pub mod record;
pub mod report;
pub mod resolve;
pub mod revision;
pub mod rule;
pub mod score;
pub mod select;
pub mod signal;
pub mod source;
pub mod span;
pub mod text;
pub mod view;
pub mod write;
