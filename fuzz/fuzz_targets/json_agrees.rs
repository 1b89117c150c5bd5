#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| turnwise_fuzz::json_agrees(data));
