//! A decoded file and the positions in it.
