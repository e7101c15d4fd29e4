import { METHODS } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { binNamePattern } from '../domain/bin.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { CapturedId } from '../domain/ids.ts'
import { checkSender, isOfSender } from '../domain/sender-signature.ts'
import { checkSignature, type SignatureInput } from '../domain/signature-check.ts'
import type { IdSource } from '../runtime/id-source.ts'
import { answerPolicy } from './answer-headers.ts'
import type { Captured, CapturedSignature, MadeBy } from './bins.ts'
import type { InspectorOptions, InspectorParts } from './inspector.ts'
import type { OwnSecret } from './own-secrets.ts'
import type { Step } from './script.ts'

const binName = new RegExp(binNamePattern)

/** Methods that cannot reach a handler: CONNECT is a tunnel, not a request. */
const refused = new Set(['CONNECT'])

/** `/in/<bin>` and everything below it, whatever the method, path and content type; no key. */
export function captureRoutes(
  app: FastifyInstance,
  options: InspectorOptions,
  parts: InspectorParts,
): void {
  const methods = METHODS.filter((method) => !refused.has(method))
  for (const method of methods) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
  }
  app.addHook('onRequest', async (request) => {
    // Fastify refuses a malformed content type; a bin takes it. The raw headers keep what was sent.
    request.raw.headers['content-type'] = 'application/octet-stream'
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const handler = capture(options, parts)
  for (const url of ['/in/:bin', '/in/:bin/*']) {
    app.route({ method: methods, url, bodyLimit: parts.limits.bodyBytesMax, handler })
  }
}

function capture(options: InspectorOptions, parts: InspectorParts) {
  let delayed = 0
  return async (
    request: FastifyRequest<{ Params: { bin: string } }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { bin } = request.params
    if (!binName.test(bin)) throw new Problem(problems.notFound)
    const captured = await receive(request, options, parts)
    parts.bins.keep(captured)
    const { answer } = captured
    options.log.debug('inspector.received', {
      bin,
      id: captured.id,
      bytes: captured.body.length,
      signature: captured.signature.state,
      status: answer.hangUp ? 0 : answer.status,
    })
    if (answer.delayMs > 0 && delayed < parts.limits.delayedMax) {
      delayed++
      await parts.pause(answer.delayMs, request.raw)
      delayed--
    }
    if (answer.hangUp) {
      reply.hijack()
      request.raw.socket.destroy()
      return reply
    }
    return send(reply, captured)
  }
}

async function receive(
  request: FastifyRequest<{ Params: { bin: string } }>,
  options: InspectorOptions,
  parts: InspectorParts,
): Promise<Captured> {
  const { bin } = request.params
  const now = options.clock.now()
  const body = Buffer.isBuffer(request.body)
    ? request.body
    : await readBody(request.raw, parts.limits.bodyBytesMax)
  const { path, query } = target(request.url, bin)
  return {
    id: nextId(parts.ids),
    bin,
    receivedAt: now,
    method: request.method,
    path,
    query,
    headers: pairs(request.raw.rawHeaders),
    body,
    remoteAddress: request.ip,
    httpVersion: request.raw.httpVersion,
    signature: await verify(request, body, options, parts),
    answer: parts.bins.nextStep({ name: bin, path, chance: options.random.fraction(), now }),
    pinned: false,
    note: '',
    updatedAt: now,
  }
}

function nextId(ids: IdSource): CapturedId {
  return ids.next('captured')
}

/** By the bin's own secrets and those of endpoints that point here; else as other senders sign. */
async function verify(
  request: FastifyRequest<{ Params: { bin: string } }>,
  body: Uint8Array,
  options: InspectorOptions,
  parts: InspectorParts,
): Promise<CapturedSignature> {
  const { bin } = request.params
  const header = (name: string): string | null => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : null
  }
  const nowMs = options.clock.now()
  const secrets = parts.bins.find(bin)?.secrets ?? []
  const ofBin = secrets.flatMap((key, at): readonly Known[] =>
    isOfSender(key) ? [] : [{ key, madeBy: { of: 'bin', place: at + 1 } }],
  )
  const check = (known: readonly Known[]): CapturedSignature => {
    const keys = known.map(({ key }) => key)
    const report = checkSignature({ header, body, secrets: keys, nowMs })
    const isMade = report.state === 'valid' || report.state === 'stale'
    return {
      ...report,
      sender: null,
      secrets: isMade ? makersOf({ header, body, nowMs }, known) : [],
    }
  }
  const report = check(ofBin)
  if (report.state === 'absent') {
    const other = checkSender({ header, body, secrets, urls: addressesOf(request, header), nowMs })
    if (other === null) return report
    const { state, sender, timestamp, secretIndex } = other
    const made = secretIndex === null ? [] : [{ of: 'bin', place: secretIndex + 1 } as const]
    return { ...report, state, sender, timestamp, secretIndex, secrets: made }
  }
  if (report.state !== 'no_secret' && report.state !== 'invalid') return report
  const own = (await options.secretsOf?.(`/in/${bin}`)) ?? []
  if (own.length === 0) return report
  const ofEndpoints = own.map(({ key, endpointId, createdAt, expiresAt }): Known => {
    return { key, madeBy: { of: 'endpoint', endpointId, createdAt, expiresAt } }
  })
  const checked = check([...ofBin, ...ofEndpoints])
  if (checked.state === 'valid') {
    // The current one comes first: after a roll both sign.
    const maker = own.find((secret) => checked.secrets.some((made) => isOf(made, secret)))
    if (maker !== undefined) options.onVerified?.(maker)
  }
  return checked
}

function isOf(made: MadeBy, { endpointId, createdAt }: OwnSecret): boolean {
  return made.of === 'endpoint' && made.endpointId === endpointId && made.createdAt === createdAt
}

interface Known {
  readonly key: string
  readonly madeBy: MadeBy
}

/** Secrets that are tried one by one: a body of megabytes under many would hold others up. */
const triedMax = 8

/** Each secret that made a signature of the request. */
function makersOf(
  request: Pick<SignatureInput, 'header' | 'body' | 'nowMs'>,
  known: readonly Known[],
): readonly MadeBy[] {
  return known.slice(0, triedMax).flatMap(({ key, madeBy }) => {
    const { state } = checkSignature({ ...request, secrets: [key] })
    return state === 'valid' || state === 'stale' ? [madeBy] : []
  })
}

/** As it may have been called: a proxy before us may have taken https off. */
function addressesOf(
  request: FastifyRequest,
  header: (name: string) => string | null,
): readonly string[] {
  const hosts = [header('x-forwarded-host'), header('host')].filter((host) => host !== null)
  return hosts.flatMap((host) =>
    ['https', 'http'].map((scheme) => `${scheme}://${host}${request.url}`),
  )
}

/** GET and HEAD may have a body too; Fastify leaves it unread. */
async function readBody(stream: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new Problem(problems.payloadTooLarge)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function target(url: string, bin: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?')
  const pathname = mark === -1 ? url : url.slice(0, mark)
  const path = pathname.slice('/in/'.length + bin.length)
  return { path: path === '' ? '/' : path, query: mark === -1 ? '' : url.slice(mark + 1) }
}

function pairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  }
  return headers
}

/** The body tells the sender's own log whether the signature was right. */
function send(reply: FastifyReply, captured: Captured): FastifyReply {
  const step: Step = captured.answer
  const own = { bin: captured.bin, request: captured.id, signature: captured.signature.state }
  reply.code(step.status).headers(step.headers).header('content-security-policy', answerPolicy)
  if (step.status === 204 || step.status === 304) return reply.send()
  if (step.body === null) return reply.send(own)
  if (step.headers['content-type'] === undefined) reply.type('text/plain; charset=utf-8')
  return reply.send(step.body)
}
