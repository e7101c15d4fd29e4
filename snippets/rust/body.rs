// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Crates hmac and sha2.
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Whether `body` (the bytes as they came) was signed with the signing key.
pub fn is_signed(signing_key: &str, signature: &str, body: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(signing_key.as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    let bytes: Option<Vec<u8>> = (0..signature.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(signature.get(at..at + 2)?, 16).ok())
        .collect();
    bytes.is_some_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

// axum: async fn webhooks(headers: HeaderMap, body: Bytes) -> StatusCode, called with
// is_signed(&key, headers.get("logto-signature-sha-256")…, &body): 204 or 400.
