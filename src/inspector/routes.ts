import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { passes } from '../api/event-stream.ts'
import { versionOf } from '../api/if-match.ts'
import { invalid, Problem, problems } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import type { Bin, BinSettings, Captured } from './bins.ts'
import { binNamePattern } from './capture.ts'
import type { InspectorOptions, InspectorParts } from './inspector.ts'
import { matchLengthMax, parseMatch } from './match.ts'
import { presentBin, presentCaptured } from './present.ts'
import {
  bounded,
  okStep,
  parseScript,
  type Script,
  ScriptFault,
  type Step,
  scriptLimits,
} from './script.ts'
import { streamRequests } from './stream.ts'

const StepIn = Type.Object({
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
  hangUp: Type.Optional(Type.Boolean()),
  delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: scriptLimits.delayMaxMs })),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 4096 }), { maxProperties: 30 }),
  ),
  body: Type.Optional(Type.String({ maxLength: scriptLimits.bodyBytesMax })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: scriptLimits.timesMax })),
})

const RuleIn = Type.Object({
  path: Type.Optional(Type.Union([Type.String({ pattern: '^/' }), Type.Null()])),
  steps: Type.Array(StepIn, { maxItems: scriptLimits.stepsMax }),
  loop: Type.Optional(Type.Boolean()),
})

export const BinIn = Type.Object({
  /** Text as in `script.ts`, or the same as JSON rules. */
  script: Type.Optional(
    Type.Union([
      Type.String({ maxLength: scriptLimits.textLengthMax }),
      Type.Object({
        rules: Type.Optional(Type.Array(RuleIn, { maxItems: scriptLimits.rulesMax })),
        failShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      }),
    ]),
  ),
  secrets: Type.Optional(Type.Array(Type.String({ maxLength: 512 }), { maxItems: 20 })),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})
const NamedBinIn = Type.Object({
  ...BinIn.properties,
  name: Type.Optional(Type.String({ pattern: binNamePattern })),
})

/** What somebody adds to a request that came. */
export const MarkIn = Type.Object({
  pinned: Type.Optional(Type.Boolean()),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})

const BinParams = Type.Object({ bin: Type.String({ pattern: binNamePattern }) })
const RequestParams = Type.Object({ ...BinParams.properties, id: Type.String() })
const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageMax })),
  iterator: Type.Optional(Type.String()),
})
const WaitQuery = Type.Object({
  match: Type.Optional(Type.String({ maxLength: matchLengthMax })),
  /** Seconds. */
  timeout: Type.Optional(Type.Number({ minimum: 0, maximum: 60 })),
  /** Only requests after this id. Without it, kept ones count too. */
  after: Type.Optional(Type.String()),
  /** Only requests received at or after this time (ISO 8601). */
  since: Type.Optional(Type.String()),
})

const base = '/api/v1/inspector/bin'
const waitDefaultSeconds = 10

type Params<Schema extends Parameters<typeof Type.Object>[0] | object> = { Params: Schema }
type BinRequest = FastifyRequest<Params<Static<typeof BinParams>>>

/** Reading and configuring bins. Every route needs the API key. */
export function binRoutes(
  app: FastifyInstance,
  options: InspectorOptions,
  parts: InspectorParts,
): void {
  const { bins } = parts
  const open = openBin(options, parts)
  const params = BinParams
  readForOurselves(app)

  app.get(base, async (request) => {
    const owner = await options.authorize(request)
    const mine = bins.list().filter((bin) => bin.owner === null || bin.owner === owner)
    return { data: mine.map(presentBin), done: true, iterator: null }
  })
  app.post<{ Body: Static<typeof NamedBinIn> }>(
    base,
    { schema: { body: NamedBinIn } },
    async (request, reply) => {
      const name = request.body.name ?? freshName(options)
      return configure({ name, body: request.body, request, reply, options, parts })
    },
  )
  app.put<{ Body: Static<typeof BinIn>; Params: Static<typeof BinParams> }>(
    `${base}/:bin`,
    { schema: { body: BinIn, params } },
    async (request, reply) => {
      const name = request.params.bin
      return configure({ name, body: request.body, request, reply, options, parts })
    },
  )
  app.get<Params<Static<typeof BinParams>>>(`${base}/:bin`, { schema: { params } }, async (r) =>
    presentBin(await open(r)),
  )
  app.delete<Params<Static<typeof BinParams>>>(
    `${base}/:bin`,
    { schema: { params } },
    async (request, reply) => {
      bins.delete((await open(request)).name)
      return reply.code(204).send()
    },
  )
  requestRoutes(app, options, parts)
}

/** The server around us leaves bodies and queries unread; here they are plain JSON and flat. */
function readForOurselves(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)))
    } catch {
      const msg = { en: 'The body is not JSON.', es: 'El cuerpo no es JSON.' }
      done(invalid({ loc: ['body', '', ''], msg, type: 'value_error.jsondecode' }))
    }
  })
  app.addHook('preValidation', async (request) => {
    const mark = request.url.indexOf('?')
    const query = new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1))
    request.query = Object.fromEntries(query)
  })
}

function requestRoutes(
  app: FastifyInstance,
  options: InspectorOptions,
  parts: InspectorParts,
): void {
  const { bins } = parts
  const open = openBin(options, parts)
  const hides = async (request: FastifyRequest): Promise<boolean> =>
    (await options.hidesBodies?.(request)) ?? false
  const one = (bin: Bin, id: string): Captured => {
    const found = bins.requests(bin.name).find((request) => request.id === id)
    if (found === undefined) throw new Problem(problems.notFound)
    return found
  }

  app.get<{ Params: Static<typeof BinParams>; Querystring: Static<typeof PageQuery> }>(
    `${base}/:bin/request`,
    { schema: { params: BinParams, querystring: PageQuery } },
    async (request) => {
      const { name } = await open(request)
      return page(bins.requests(name), request.query, await hides(request))
    },
  )
  app.delete<{ Params: Static<typeof BinParams> }>(
    `${base}/:bin/request`,
    { schema: { params: BinParams } },
    async (request, reply) => {
      bins.deleteRequests((await open(request)).name, ({ pinned }) => !pinned)
      return reply.code(204).send()
    },
  )
  app.get<{ Params: Static<typeof RequestParams> }>(
    `${base}/:bin/request/:id`,
    { schema: { params: RequestParams } },
    async (request) =>
      presentCaptured(one(await open(request), request.params.id), await hides(request)),
  )
  app.patch<{ Params: Static<typeof RequestParams>; Body: Static<typeof MarkIn> }>(
    `${base}/:bin/request/:id`,
    { schema: { params: RequestParams, body: MarkIn } },
    async (request) => {
      const wanted = one(await open(request), request.params.id)
      unlessOvertaken(request, wanted)
      const marked = bins.mark(wanted, request.body, options.clock.now())
      if (marked === null) throw new Problem(problems.notFound)
      if (marked === 'full') {
        const most = parts.limits.pinnedPerBinMax
        const msg = {
          en: `at most ${most} requests of a bin are pinned`,
          es: `como máximo se fijan ${most} solicitudes de un buzón`,
        }
        throw invalid({ loc: ['body', 'pinned'], msg, type: 'value_error' })
      }
      return presentCaptured(marked, await hides(request))
    },
  )
  app.delete<{ Params: Static<typeof RequestParams> }>(
    `${base}/:bin/request/:id`,
    { schema: { params: RequestParams } },
    async (request, reply) => {
      const gone = one(await open(request), request.params.id)
      bins.deleteRequests(gone.bin, (other) => other.id === gone.id)
      return reply.code(204).send()
    },
  )
  app.get<{ Params: Static<typeof BinParams>; Querystring: Static<typeof WaitQuery> }>(
    `${base}/:bin/wait`,
    { schema: { params: BinParams, querystring: WaitQuery } },
    async (request) => {
      const bin = await openOrMake(request, options, parts)
      const hidden = await hides(request)
      if (hidden && (request.query.match ?? '') !== '') {
        const msg = {
          en: 'bodies are masked for your role: wait without a match',
          es: 'los cuerpos están ocultos para este rol: espera sin condición',
        }
        throw invalid({ loc: ['query', 'match'], msg, type: 'masked_path' })
      }
      const found = await wait(bin, request.query, request, options, parts)
      if (found === null) {
        throw new Problem({
          status: 408,
          code: 'wait_timeout',
          detail: {
            en: 'No matching request arrived in time.',
            es: 'No llegó a tiempo ninguna solicitud que coincida.',
          },
        })
      }
      return presentCaptured(found, hidden)
    },
  )
  app.get<{ Params: Static<typeof BinParams> }>(
    `${base}/:bin/stream`,
    { schema: { params: BinParams } },
    async (request, reply) => {
      const bin = await openOrMake(request, options, parts)
      const { clock } = options
      const caller = `bins of ${await options.authorize(request)}`
      const hidden = await hides(request)
      return streamRequests({
        bin: bin.name,
        request,
        reply,
        bins,
        clock,
        seats: parts.seats,
        caller,
        open: parts.open,
        hidden,
        stillAllowed: () => passes(() => open(request)),
      })
    },
  )
}

function openBin(options: InspectorOptions, parts: InspectorParts) {
  return async (request: FastifyRequest<{ Params: { bin: string } }>): Promise<Bin> => {
    const owner = await options.authorize(request)
    const bin = parts.bins.find(request.params.bin)
    if (bin === null || (bin.owner !== null && bin.owner !== owner)) {
      throw new Problem(problems.notFound)
    }
    return bin
  }
}

/** Waiting for a bin's first request is fine: the bin need not exist yet. */
async function openOrMake(
  request: BinRequest,
  options: InspectorOptions,
  parts: InspectorParts,
): Promise<Bin> {
  const owner = await options.authorize(request)
  const name = request.params.bin
  const known = parts.bins.find(name)
  if (known === null) {
    return parts.bins.configure({ name, owner, settings: {}, now: options.clock.now() }).bin
  }
  if (known.owner !== null && known.owner !== owner) throw new Problem(problems.notFound)
  return known
}

async function configure(input: {
  readonly name: string
  readonly body: Static<typeof BinIn>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly options: InspectorOptions
  readonly parts: InspectorParts
}): Promise<FastifyReply> {
  const { name, body, options, parts } = input
  const owner = await options.authorize(input.request)
  const known = parts.bins.find(name)
  if (known !== null && known.owner !== null && known.owner !== owner) {
    throw new Problem(problems.notFound)
  }
  unlessOvertaken(input.request, known)
  const settings: Partial<BinSettings> = {
    ...(body.script === undefined ? {} : { script: readScript(body.script) }),
    ...(body.secrets === undefined ? {} : { secrets: body.secrets }),
    ...(body.note === undefined ? {} : { note: body.note }),
  }
  const { bin, created } = parts.bins.configure({
    name,
    owner,
    settings,
    now: options.clock.now(),
  })
  return input.reply.code(created ? 201 : 200).send(presentBin(bin))
}

/** A conflict where somebody changed it since the version that the caller names, or it is gone. */
function unlessOvertaken(
  request: FastifyRequest,
  stored: { readonly updatedAt: number } | null,
): void {
  const version = versionOf(request.headers['if-match'])
  if (version === null || version === stored?.updatedAt) return
  const detail = { en: 'It was changed since it was read.', es: 'Cambió desde que se leyó.' }
  throw new Problem(problems.conflict, { detail })
}

function readScript(given: NonNullable<Static<typeof BinIn>['script']>): Script {
  const script =
    typeof given === 'string'
      ? parseScript(given)
      : bounded({
          failShare: given.failShare ?? 0,
          rules: (given.rules ?? []).map(({ path = null, steps, loop = false }) => ({
            path,
            loop,
            steps: steps.map((step): Step => ({ ...okStep, ...step })),
          })),
        })
  if (script instanceof ScriptFault) {
    const msg = {
      en: `"${script.part}" was not understood: expected ${script.expected.en}.`,
      es: `No se entendió "${script.part}": se espera ${script.expected.es}.`,
    }
    throw invalid({ loc: ['body', 'script'], msg, type: 'value_error' })
  }
  return script
}

function freshName(options: InspectorOptions): string {
  return Buffer.from(options.random.bytes(9)).toString('base64url').replaceAll(/[-_]/g, 'x')
}

/** Newest first; `iterator` is the last id of the page before. */
function page(kept: readonly Captured[], query: Static<typeof PageQuery>, hidden: boolean) {
  const limit = query.limit ?? limits.pageDefault
  const after = query.iterator
  const rest = kept.filter((request) => after === undefined || request.id < after).reverse()
  const shown = rest.slice(0, limit)
  return {
    data: shown.map((captured) => presentCaptured(captured, hidden)),
    iterator: shown.at(-1)?.id ?? null,
    prevIterator: shown[0] === undefined ? null : `-${shown[0].id}`,
    done: rest.length <= limit,
  }
}

/** Resolves with the first matching request, kept or still to come; null when time is up. */
function wait(
  bin: Bin,
  query: Static<typeof WaitQuery>,
  request: FastifyRequest,
  options: InspectorOptions,
  parts: InspectorParts,
): Promise<Captured | null> {
  const matches = parseMatch(query.match ?? '')
  const since = query.since === undefined ? 0 : Date.parse(query.since)
  if (Number.isNaN(since)) {
    throw invalid({
      loc: ['query', 'since'],
      msg: { en: 'Not a time.', es: 'No es una fecha.' },
      type: 'value_error',
    })
  }
  const wanted = (captured: Captured): boolean =>
    (query.after === undefined || captured.id > query.after) &&
    captured.receivedAt >= since &&
    matches(captured)
  const kept = parts.bins.requests(bin.name).find(wanted)
  if (kept !== undefined) return Promise.resolve(kept)
  return new Promise((resolve, reject) => {
    const timer = options.clock.setTimer((query.timeout ?? waitDefaultSeconds) * 1000, () =>
      end(null),
    )
    const unwatch = parts.bins.watch(bin.name, options.clock.now(), (captured) => {
      if (wanted(captured)) end(captured)
    })
    if (unwatch === 'too_many') {
      timer.cancel()
      reject(new Problem(problems.tooManyRequests))
      return
    }
    const stop = unwatch
    const gone = (): void => end(null)
    request.raw.socket.once('close', gone)
    parts.open.add(gone)
    function end(found: Captured | null): void {
      timer.cancel()
      stop()
      request.raw.socket.off('close', gone)
      parts.open.delete(gone)
      resolve(found)
    }
  })
}
