//! What the tables of `rules/names` say, and the maps made of it; the build script uses this module, too.

pub mod fold;
pub mod forge;
pub mod pack;
pub mod tables;
