/** Receivers that verify a delivery with the Standard Webhooks libraries, or with a shell alone. */
export interface Snippet {
  readonly id: string
  readonly label: string
  readonly code: (secret: string) => string
}

export const snippets: readonly Snippet[] = [
  {
    id: 'node',
    label: 'Node',
    code: (secret) => `import express from 'express'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook('${secret}')
const app = express()

app.post('/hooks', express.raw({ type: '*/*' }), (request, response) => {
  const event = webhook.verify(request.body, request.headers)
  response.sendStatus(204)
})`,
  },
  {
    id: 'python',
    label: 'Python',
    code: (secret) => `from fastapi import FastAPI, Request
from standardwebhooks.webhooks import Webhook

webhook = Webhook("${secret}")
app = FastAPI()

@app.post("/hooks", status_code=204)
async def hooks(request: Request):
    event = webhook.verify(await request.body(), dict(request.headers))`,
  },
  {
    id: 'go',
    label: 'Go',
    code: (
      secret,
    ) => `import standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

webhook, _ := standardwebhooks.NewWebhook("${secret}")

func hooks(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if err := webhook.Verify(body, r.Header); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}`,
  },
  {
    id: 'php',
    label: 'PHP',
    code: (secret) => `$webhook = new \\StandardWebhooks\\Webhook('${secret}');
$event = $webhook->verify(file_get_contents('php://input'), getallheaders());
http_response_code(204);`,
  },
  {
    id: 'ruby',
    label: 'Ruby',
    code: (secret) => `require 'standardwebhooks'

webhook = StandardWebhooks::Webhook.new('${secret}')

post '/hooks' do
  event = webhook.verify(request.body.read, request.env)
  status 204
end`,
  },
  {
    id: 'shell',
    label: 'Shell',
    code: (
      secret,
    ) => `key=$(printf '%s' '${secret.replace(/^whsec_/, '')}' | base64 -d | xxd -p -c 256)
printf '%s.%s.%s' "$WEBHOOK_ID" "$WEBHOOK_TIMESTAMP" "$(cat body.json)" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64`,
  },
]
