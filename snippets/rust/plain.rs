// Verifies webhooks with the crates hmac, sha2 and base64: Rust's own library has no HMAC.
use base64::{engine::general_purpose::STANDARD, Engine};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const TOLERANCE_SECONDS: i64 = 300;

/// Whether `body` (the bytes as they came) was signed with `secret` and is not older than five
/// minutes. `secret` is the endpoint's whsec_ secret; `header` gives a value by lower-case name.
pub fn is_signed<'a>(
    secret: &str,
    header: impl Fn(&str) -> Option<&'a str>,
    body: &[u8],
    now_seconds: i64,
) -> bool {
    let (Some(id), Some(timestamp), Some(signatures)) = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    ) else {
        return false;
    };
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Ok(seconds) = timestamp.parse::<i64>() else {
        return false;
    };
    if id.is_empty() || !digits || (now_seconds - seconds).abs() > TOLERANCE_SECONDS {
        return false;
    }
    let Ok(key) = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    // While a secret is being rolled there are several signatures: one that matches is enough.
    signatures.split(' ').any(|item| {
        item.strip_prefix("v1,")
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .is_some_and(|signature| mac.clone().verify_slice(&signature).is_ok())
    })
}

// axum: async fn webhooks(headers: HeaderMap, body: Bytes) -> StatusCode, called with
// is_signed(&secret, |name| headers.get(name)?.to_str().ok(), &body, now): 204 or 400.
