<?php
// routes/api.php: a receiver with Laravel and the official library.

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;
use Svix\Exception\WebhookVerificationException;
use Svix\Webhook;

Route::post('/webhooks', function (Request $request) {
    $body = $request->getContent(); // not $request->all(): the signature is over these very bytes
    $headers = [
        'webhook-id' => $request->header('webhook-id'),
        'webhook-timestamp' => $request->header('webhook-timestamp'),
        'webhook-signature' => $request->header('webhook-signature'),
    ];
    try {
        (new Webhook(env('WEBHOOK_SECRET')))->verify($body, $headers);
    } catch (WebhookVerificationException $refused) {
        return response('', 400);
    }
    logger()->info('webhook', ['id' => $headers['webhook-id'], 'event' => json_decode($body, true)]);
    return response('', 204);
});
