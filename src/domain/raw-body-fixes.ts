/** How to get at the bytes of a request before a framework parses them, in ten frameworks. */

export const frameworks = [
  'express',
  'nextjs',
  'fastify',
  'flask',
  'django',
  'spring',
  'go',
  'rails',
  'laravel',
  'aspnet',
] as const
export type Framework = (typeof frameworks)[number]

export interface RawBodyFix {
  readonly label: string
  readonly code: string
}

export const rawBodyFixes: Readonly<Record<Framework, RawBodyFix>> = {
  express: {
    label: 'Express',
    code: `// before express.json(), or on this route alone
app.post('/webhooks', express.raw({ type: '*/*' }), (request, response) => {
  const body = request.body // a Buffer
})`,
  },
  nextjs: {
    label: 'Next.js',
    code: `// app/webhooks/route.ts
export async function POST(request: Request) {
  const body = await request.text() // not request.json()
}
// pages/api: export const config = { api: { bodyParser: false } }`,
  },
  fastify: {
    label: 'Fastify',
    code: `// in a plugin of its own, so that other routes keep their parser
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
)
app.post('/webhooks', async (request) => {
  const body = request.body // a Buffer
})`,
  },
  flask: {
    label: 'Flask',
    code: `body = request.get_data()  # before request.json or request.form`,
  },
  django: {
    label: 'Django',
    code: `@csrf_exempt
def webhooks(request):
    body = request.body  # bytes; before request.POST. DRF: the same, before request.data`,
  },
  spring: {
    label: 'Spring',
    code: `@PostMapping("/webhooks")
ResponseEntity<Void> receive(@RequestBody byte[] body, @RequestHeader HttpHeaders headers)`,
  },
  go: {
    label: 'Go',
    code: `body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
// gin: c.GetRawData(); echo: io.ReadAll(c.Request().Body)`,
  },
  rails: {
    label: 'Rails',
    code: `skip_before_action :verify_authenticity_token
body = request.raw_post # not params`,
  },
  laravel: {
    label: 'Laravel',
    code: `$body = $request->getContent(); // not $request->all(); TrimStrings does not touch it`,
  },
  aspnet: {
    label: 'ASP.NET Core',
    code: `request.EnableBuffering(); // when a filter or a model binder reads the body too
using var buffer = new MemoryStream();
await request.Body.CopyToAsync(buffer);
var body = buffer.ToArray();`,
  },
}
