#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ce_tests::fuzzing::callback(data));
