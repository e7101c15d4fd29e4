"""One round through the official Python SDK, with only its server URL changed.

Arguments: the server's URL and a token. Exits with 0 when every step did what it must.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

from svix.api import (
    ApplicationIn,
    EndpointIn,
    EventTypeIn,
    MessageIn,
    MessageAttemptListByMsgOptions,
    Svix,
    SvixOptions,
)
from svix.exceptions import HttpError, HTTPValidationError
from svix.webhooks import Webhook, WebhookVerificationError

received: Queue = Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main(server_url: str, token: str) -> None:
    receiver = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    svix = Svix(token, SvixOptions(server_url=server_url))

    app = svix.application.create(ApplicationIn(name="Python", uid="python-smoke"))
    assert svix.application.get("python-smoke").id == app.id
    svix.event_type.create(EventTypeIn(name="python.smoke", description="A smoke"))
    url = f"http://127.0.0.1:{receiver.server_port}/hooks"
    endpoint = svix.endpoint.create(app.id, EndpointIn(url=url, event_types=["python.smoke"]))
    payload = {"price": 1.5, "name": "ñandú", "big": 9007199254740993}
    message = svix.message.create(
        app.id, MessageIn(event_type="python.smoke", payload=payload, event_id="python-1")
    )

    webhook = Webhook(svix.endpoint.get_secret(app.id, endpoint.id).key)
    headers, body = received.get(timeout=20)
    webhook.verify(body, headers)
    assert headers["webhook-id"] == message.id, headers
    try:
        webhook.verify(body + b" ", headers)
        raise SystemExit("a changed body was verified")
    except WebhookVerificationError:
        pass

    svix.message_attempt.resend(app.id, message.id, endpoint.id)
    again, _ = received.get(timeout=20)
    assert again["webhook-id"] == message.id
    attempts = svix.message_attempt.list_by_msg(
        app.id, message.id, MessageAttemptListByMsgOptions(limit=10)
    )
    assert attempts.data[0].response_status_code == 204, attempts

    refused(HttpError, 404, lambda: svix.application.get("nobody"))
    refused(HttpError, 409, lambda: svix.application.create(ApplicationIn(name="x", uid="python-smoke")))
    refused(HTTPValidationError, 422, lambda: svix.endpoint.create(app.id, EndpointIn(url="no url")))
    refused(HttpError, 401, lambda: Svix("wrong", SvixOptions(server_url=server_url)).application.list())
    svix.application.delete(app.id)


def refused(kind, status, call) -> None:
    try:
        call()
    except kind as error:
        assert error.status_code == status, error
        return
    raise SystemExit(f"{status} was expected")


main(sys.argv[1], sys.argv[2])
