"""One round through the official Python SDK, with only its server URL changed.

Arguments: the server's URL and a token. Exits with 0 when every step did what it must.
"""

import sys
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.request import Request, urlopen

from svix.api import (
    EndpointSecretRotateIn,
    EventExampleIn,
    EventTypeListOptions,
    RecoverIn,
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
    svix.event_type.create(EventTypeIn(name="python.later", description=""))
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

    rotated = svix.endpoint.rotate_secret(app.id, endpoint.id, EndpointSecretRotateIn())
    assert rotated.key == svix.endpoint.get_secret(app.id, endpoint.id).key
    example = EventExampleIn(event_type="python.smoke", payload={"given": True})
    svix.endpoint.send_example(app.id, endpoint.id, example)
    _, sent = received.get(timeout=20)
    assert sent == b'{"given":true}', sent
    since = datetime.now(timezone.utc) - timedelta(hours=1)
    assert svix.endpoint.recover(app.id, endpoint.id, RecoverIn(since=since)).task == "endpoint.recover"
    own = Request(
        f"{server_url}/api/v1/app/{app.id}/delivery/recover",
        data=b'{"since":"%s"}' % since.isoformat().encode(),
        headers={"authorization": f"Bearer {token}"},
    )
    assert b"delivery.recover" in urlopen(own, timeout=20).read()
    tasks = svix.background_task.list()
    assert [task.task for task in tasks.data] == ["endpoint.recover"], tasks
    names = [kind.name for kind in svix.event_type.list(EventTypeListOptions(order="descending")).data]
    assert names[-2:] == ["python.smoke", "python.later"], names
    assert svix.endpoint.get_attempt_stats(app.id, endpoint.id).success >= 1

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
