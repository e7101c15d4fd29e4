<?php
// Verifies webhooks with nothing but PHP 8 (the sodium extension comes with it).

const TOLERANCE_SECONDS = 300;

/**
 * Whether $body (the bytes as they came) was signed with $key and is not older than five minutes.
 * $key is the endpoint's whsec_ secret, or its whpk_ public key; $headers by lower-case name.
 */
function is_signed(string $key, array $headers, string $body, ?int $now = null): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    $signatures = $headers['webhook-signature'] ?? '';
    if ($id === '' || !preg_match('/\A[0-9]{1,12}\z/', $timestamp)) {
        return false;
    }
    if (abs(($now ?? time()) - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $content = "$id.$timestamp.$body";
    // While a secret is being rolled there are several signatures: one that matches is enough.
    foreach (explode(' ', $signatures) as $item) {
        [$version, $encoded] = explode(',', $item, 2) + ['', ''];
        $signature = base64_decode($encoded, true);
        if ($signature !== false && matches($key, $version, $content, $signature)) {
            return true;
        }
    }
    return false;
}

function matches(string $key, string $version, string $content, string $signature): bool
{
    if (str_starts_with($key, 'whpk_')) {
        $point = base64_decode(substr($key, 5), true);
        return $version === 'v1a'
            && strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
            && sodium_crypto_sign_verify_detached($signature, $content, $point);
    }
    $secret = base64_decode(preg_replace('/^whsec_/', '', $key), true);
    return $version === 'v1'
        && hash_equals(hash_hmac('sha256', $content, $secret, true), $signature);
}

/** Answers 2xx at once; do slow work afterwards, and only once for each webhook-id. */
function receive(): void
{
    $body = file_get_contents('php://input');
    $headers = [
        'webhook-id' => $_SERVER['HTTP_WEBHOOK_ID'] ?? '',
        'webhook-timestamp' => $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '',
        'webhook-signature' => $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '',
    ];
    $signed = is_signed(getenv('WEBHOOK_SECRET'), $headers, $body);
    http_response_code($signed ? 204 : 400);
    if ($signed) {
        error_log($body);
    }
}

// Call receive() in the script behind https://your-host/webhooks. Laravel: $request->getContent().
