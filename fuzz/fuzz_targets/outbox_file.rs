//! Whatever is in a queue file, opening it gives an outbox that works, or an error that says why not.

#![no_main]

#[allow(unreachable_pub)]
#[path = "../../crates/turnwise-client/tests/outbox/promise.rs"]
mod promise;

libfuzzer_sys::fuzz_target!(|data: &[u8]| promise::any_file_works(data));
