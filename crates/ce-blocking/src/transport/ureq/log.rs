//! The records of ureq's log that show secrets.

use std::sync::Once;

/// Where ureq shows secrets at TRACE: the URL of a request, and the bytes of requests and responses.
const TARGETS: [&str; 2] = ["ureq::util", "ureq_proto::util"];

/// Logs a warning, once in a process, if these records are collected.
pub(super) fn warn_if_trace_is_enabled() {
    static WARNED: Once = Once::new();
    let is_logged = |target: &str| ::log::log_enabled!(target: target, ::log::Level::Trace);
    if TARGETS.into_iter().any(is_logged) {
        WARNED.call_once(|| {
            ::log::warn!(
                "ureq writes credentials and tokens into its log at TRACE, which is enabled: keep \
                 the targets `ureq` and `ureq_proto` below TRACE"
            );
        });
    }
}
