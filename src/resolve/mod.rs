//! stand-in
#![allow(missing_docs)]
use crate::finding::Finding;
pub mod fingerprint {
    pub fn assign(_: &mut [crate::finding::Finding], _: &str) {}
}
#[must_use]
pub fn cluster(f: Vec<Finding>) -> Vec<Finding> {
    f
}
