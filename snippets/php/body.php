<?php
// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Nothing but PHP 8.

/** Whether $body (the bytes as they came) was signed with the signing key. */
function is_signed(string $signingKey, string $signature, string $body): bool
{
    return hash_equals(hash_hmac('sha256', $body, $signingKey), $signature);
}

/** Answers 2xx at once; do slow work afterwards. */
function receive(): void
{
    $body = file_get_contents('php://input');
    $signature = $_SERVER['HTTP_LOGTO_SIGNATURE_SHA_256'] ?? '';
    $signed = is_signed(getenv('WEBHOOK_SECRET'), $signature, $body);
    http_response_code($signed ? 204 : 400);
    if ($signed) {
        error_log($body);
    }
}

// Call receive() in the script behind https://your-host/webhooks. Laravel: $request->getContent().
