"""A receiver with FastAPI and the official library."""

import json
import os

from fastapi import FastAPI, HTTPException, Request
from svix.webhooks import Webhook, WebhookVerificationError

app = FastAPI()


@app.post("/webhooks", status_code=204)
async def webhooks(request: Request):
    body = await request.body()  # not request.json(): the signature is over these very bytes
    try:
        Webhook(os.environ["WEBHOOK_SECRET"]).verify(body, dict(request.headers))
    except WebhookVerificationError:
        raise HTTPException(400, "The signature is not valid.")
    print(request.headers["webhook-id"], json.loads(body))


# Flask: request.get_data() and request.headers. Django: request.body and request.headers.
