//! The `javert` binary.

fn main() {}
