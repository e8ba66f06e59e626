//! Event notifications: whether one is the platform's. Feature `events`.
//!
//! The platform signs each notification with the key that the instance was given
//! ([`Events::signature_key`](ce_model::Events::signature_key)). Verify the body as it came, then read
//! it as an [`EventNotification`](ce_model::EventNotification).
//!
//! A notification that is not answered with 2xx comes again, up to nine times, after 4, 16, 64 s and so
//! on. So one may come twice, and out of order: keep the ids of those that were handled. Answer first,
//! and work afterwards.
//!
//! ```
//! use ce_core::events::{self, SignatureError};
//! use ce_core::model::EventNotification;
//!
//! let (key, body) = ("MySecretEventSignatureKey", br#"{"eventId": 77, "message": {"events": []}}"#);
//! let header = events::signature(key, body)?; // what the platform sends
//!
//! events::verify(key, Some(&header), body)?;
//! let notification: EventNotification = serde_json::from_slice(body)?;
//! assert!(notification.events().is_empty());
//!
//! let forged = events::verify(key, Some(&header), b"{}");
//! assert_eq!(forged, Err(SignatureError::Mismatch));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that names the notification. It is the same when the platform repeats it.
pub const WEBHOOK_ID: &str = "elements-webhook-id";
/// The header that signs the notification: `sha256=` and the HMAC-SHA256 of the body in Base64.
pub const WEBHOOK_SIGNATURE: &str = "elements-webhook-signature";

/// Why a notification is not taken for the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// There is no key, so that anyone could sign.
    #[error("the signature key is blank: set the one that the instance was given")]
    KeyMissing,
    /// The notification has no signature.
    #[error("the notification is not signed: refused; does the instance have a signature key?")]
    Missing,
    /// The signature is of another algorithm than `sha256`.
    #[error("the notification is signed by an algorithm that the platform does not use: refused")]
    OtherAlgorithm,
    /// The signature is not `sha256=` and 32 bytes in Base64.
    #[error("the notification's signature can't be read: refused")]
    Malformed,
    /// The signature is another's, or the body was changed.
    #[error(
        "the notification's signature is not its own: refused; is it the instance's key, and the raw body?"
    )]
    Mismatch,
}

/// Checks a notification: its header [`WEBHOOK_SIGNATURE`] and its raw body. Signatures are compared in
/// constant time.
///
/// # Errors
/// If the signature is missing, can't be read, or is not that of this body by this key.
pub fn verify(
    signature_key: &str,
    signature: Option<&str>,
    body: &[u8],
) -> Result<(), SignatureError> {
    let mac = mac(signature_key, body)?;
    let signature = signature.map(str::trim).filter(|it| !it.is_empty());
    let signature = signature.ok_or(SignatureError::Missing)?;
    let (algorithm, given) = signature.split_once('=').ok_or(SignatureError::Malformed)?;
    if algorithm != "sha256" {
        return Err(SignatureError::OtherAlgorithm);
    }
    let given = BASE64_STANDARD
        .decode(given)
        .ok()
        .filter(|it| it.len() == 32);
    let given = given.ok_or(SignatureError::Malformed)?;
    mac.verify_slice(&given)
        .map_err(|_| SignatureError::Mismatch)
}

/// The value of [`WEBHOOK_SIGNATURE`] for a body: for tests of an application.
///
/// # Errors
/// If the key is blank.
pub fn signature(signature_key: &str, body: &[u8]) -> Result<String, SignatureError> {
    let mac = mac(signature_key, body)?.finalize().into_bytes();
    Ok(format!("sha256={}", BASE64_STANDARD.encode(mac)))
}

fn mac(signature_key: &str, body: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    if signature_key.trim().is_empty() {
        return Err(SignatureError::KeyMissing);
    }
    // A key of any length will do.
    let mac = Hmac::<Sha256>::new_from_slice(signature_key.as_bytes());
    let mut mac = mac.map_err(|_| SignatureError::KeyMissing)?;
    mac.update(body);
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "MySecretEventSignatureKey";
    const BODY: &[u8] = b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>";
    /// By `openssl dgst -sha256 -hmac MySecretEventSignatureKey -binary | base64`.
    const SIGNED: &str = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ=";

    #[test]
    fn only_what_is_signed_by_the_key_is_the_platforms() {
        use SignatureError::{KeyMissing, Malformed, Mismatch, Missing, OtherAlgorithm};
        let short = format!("sha256={}", BASE64_STANDARD.encode([0; 31]));
        let zeros = format!("sha256={}", BASE64_STANDARD.encode([0; 32]));
        let hex = format!("sha256={}", "0".repeat(64));
        #[rustfmt::skip] // A row a case.
        let table = [
            (KEY, Some(SIGNED), BODY, Ok(())),
            (KEY, Some(&*format!(" {SIGNED}\r\n")), BODY, Ok(())),
            (KEY, Some(SIGNED), b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY> ", Err(Mismatch)),
            (KEY, Some(SIGNED), b"", Err(Mismatch)),
            ("mySecretEventSignatureKey", Some(SIGNED), BODY, Err(Mismatch)),
            (KEY, Some(&zeros), BODY, Err(Mismatch)),
            (KEY, None, BODY, Err(Missing)),
            (KEY, Some(" "), BODY, Err(Missing)),
            (KEY, Some("sha256="), BODY, Err(Malformed)),
            (KEY, Some("sha256"), BODY, Err(Malformed)),
            (KEY, Some("sha256=%%"), BODY, Err(Malformed)),
            (KEY, Some(&short), BODY, Err(Malformed)),
            (KEY, Some(&hex), BODY, Err(Malformed)),
            (KEY, Some(&SIGNED.replace("sha256", "sha1")), BODY, Err(OtherAlgorithm)),
            (KEY, Some(&SIGNED.replace("sha256", "SHA256")), BODY, Err(OtherAlgorithm)),
            ("", Some(SIGNED), BODY, Err(KeyMissing)),
            (" ", None, BODY, Err(KeyMissing)),
        ];
        for (key, given, body, expected) in table {
            assert_eq!(verify(key, given, body), expected, "{given:?}");
        }
        assert_eq!(signature(KEY, BODY).as_deref(), Ok(SIGNED));
    }
}
