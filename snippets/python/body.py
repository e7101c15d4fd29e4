"""Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex."""

import hashlib
import hmac
import json
import os
from http.server import BaseHTTPRequestHandler


def is_signed(signing_key, signature, body):
    """Whether `body` (the bytes as they came) was signed with the signing key."""
    expected = hmac.new(signing_key.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest((signature or "").encode(), expected.encode())


class Receiver(BaseHTTPRequestHandler):
    """Answers 2xx at once; do slow work afterwards."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        signature = self.headers.get("logto-signature-sha-256")
        signed = is_signed(os.environ["WEBHOOK_SECRET"], signature, body)
        self.send_response(204 if signed else 400)
        self.end_headers()
        if signed:
            print(json.loads(body))


# http.server.ThreadingHTTPServer(("", 3000), Receiver).serve_forever(), and give
# https://your-host/webhooks as the endpoint's URL.
