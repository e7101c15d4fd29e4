"""Reads JSON lines {secret, id, timestamp, signature, body (base64)} and verifies each signature
with the `standardwebhooks` package of PyPI when it is installed, else with the standard library
after the specification. Prints one JSON line."""

import base64
import hashlib
import hmac
import json
import sys

try:
    from standardwebhooks.webhooks import Webhook
except ImportError:
    Webhook = None


def right(line):
    body = base64.b64decode(line["body"])
    if Webhook is not None:
        headers = {
            "webhook-id": line["id"],
            "webhook-timestamp": line["timestamp"],
            "webhook-signature": line["signature"],
        }
        try:
            Webhook(line["secret"]).verify(body, headers)
        except Exception:
            return False
        return True
    key = base64.b64decode(line["secret"].removeprefix("whsec_"))
    signed = f"{line['id']}.{line['timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, each) for each in line["signature"].split(" "))


verdicts = [right(json.loads(text)) for text in sys.stdin]
by = "standard library" if Webhook is None else "standardwebhooks"
print(json.dumps({"by": "python " + by, "checked": len(verdicts), "wrong": verdicts.count(False)}))
