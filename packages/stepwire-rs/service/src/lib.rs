//! A test of the services in Rust is in `tests`.
