/** Reading and configuring bins: operations of the contract, on what the inspector remembers. */
import type Type from 'typebox'
import {
  type Answer,
  answer,
  type Call,
  noContent,
  type Route,
  route,
  type Services,
} from '../api/call.ts'
import { passes } from '../api/event-stream.ts'
import { maskFor } from '../api/masking.ts'
import { listTextInTurns, pageRequest } from '../api/pagination.ts'
import { callerOf } from '../api/stream-seats.ts'
import { queryTime } from '../api/times.ts'
import { refuse } from '../api/validate.ts'
import * as contract from '../contract/inspector.ts'
import { invalid, Problem, problems } from '../domain/errors.ts'
import type { Bin, BinSettings, Captured } from './bins.ts'
import type { InspectorOptions, InspectorParts } from './inspector.ts'
import { parseMatch } from './match.ts'
import { pageOf } from './page.ts'
import { presentBin, presentCaptured } from './present.ts'
import { bounded, okStep, parseScript, type Script, ScriptFault, type Step } from './script.ts'
import { streamRequests } from './stream.ts'

const waitDefaultSeconds = 10

type AnyCall = Call<unknown, unknown>
type Inspecting = InspectorParts & Pick<InspectorOptions, 'clock' | 'random'>

/** Every operation of the inspector. */
export function inspectorRoutes(parts: Inspecting): readonly Route[] {
  return [...binRoutes(parts), ...requestRoutes(parts), ...watchRoutes(parts)]
}

function binRoutes(parts: Inspecting): readonly Route[] {
  const { bins } = parts
  return [
    route(contract.listBins, ({ principal }) => {
      const mine = bins
        .list()
        .filter(({ owner }) => [null, principal.organizationId].includes(owner))
      return answer(200, { data: mine.map(presentBin), done: true, iterator: null })
    }),

    route(contract.createBin, (call) =>
      configure(call, call.body.name ?? freshName(parts), call.body, parts),
    ),

    route(contract.updateBin, (call) => configure(call, nameIn(call), call.body, parts)),

    route(contract.getBin, (call) => answer(200, presentBin(openBin(call, parts)))),

    route(contract.deleteBin, (call) => {
      bins.delete(openBin(call, parts).name)
      return noContent
    }),
  ]
}

function requestRoutes(parts: Inspecting): readonly Route[] {
  const { bins } = parts
  return [
    route(contract.listCaptured, async (call, services) => {
      const { name } = openBin(call, parts)
      const hidden = await hidesBodies(call, services)
      const asked = pageRequest(call.query, { kind: 'captured', order: 'descending' })
      const body = await listTextInTurns(pageOf(bins.requests(name), asked), {
        idOf: ({ id }) => id,
        render: (captured) => JSON.stringify(presentCaptured(captured, hidden)),
      })
      return { status: 200, body }
    }),

    route(contract.clearCaptured, (call) => {
      bins.deleteRequests(openBin(call, parts).name, ({ pinned }) => !pinned)
      return noContent
    }),

    route(contract.getCaptured, async (call, services) => {
      const captured = capturedIn(call, parts)
      return answer(200, presentCaptured(captured, await hidesBodies(call, services)))
    }),

    route(contract.markCaptured, (call) => {
      const wanted = capturedIn(call, parts)
      unlessOvertaken(call, wanted)
      const marked = bins.mark(wanted, call.body, call.now)
      if (marked === null) throw new Problem(problems.notFound)
      if (marked === 'full') {
        const most = parts.limits.pinnedPerBinMax
        throw refuse('pinned', {
          en: `at most ${most} requests of a bin are pinned`,
          es: `como máximo se fijan ${most} solicitudes de un buzón`,
        })
      }
      return answer(200, presentCaptured(marked))
    }),

    route(contract.deleteCaptured, (call) => {
      const gone = capturedIn(call, parts)
      bins.deleteRequests(gone.bin, (other) => other.id === gone.id)
      return noContent
    }),
  ]
}

function watchRoutes(parts: Inspecting): readonly Route[] {
  return [
    route(contract.waitForCaptured, async (call, services) => {
      const { match = '', timeout = waitDefaultSeconds, after, since } = call.query
      const hidden = await hidesBodies(call, services)
      if (hidden && match !== '') {
        const msg = {
          en: 'bodies are masked for your role: wait without a match',
          es: 'los cuerpos están ocultos para este rol: espera sin condición',
        }
        throw invalid({ loc: ['query', 'match'], msg, type: 'masked_path' })
      }
      const matches = parseMatch(match)
      const from = queryTime(since, 'since') ?? 0
      const wanted = (captured: Captured): boolean =>
        (after === undefined || captured.id > after) &&
        captured.receivedAt >= from &&
        matches(captured)
      const found = await firstOf(call, { wanted, timeoutMs: timeout * 1000 }, parts)
      if (found === null) throw new Problem(waitTimeout)
      return answer(200, presentCaptured(found, hidden))
    }),

    route(contract.streamCaptured, async (call, services) => {
      const hidden = await hidesBodies(call, services)
      const { seats } = services
      const caller = callerOf(call.principal)
      const { name } = openOrMake(call, parts)
      return {
        status: 200,
        body: null,
        stream: ({ reply, stillAllowed }) =>
          streamRequests({
            ...{ bin: name, lastEventId: call.eventStream?.lastEventId ?? null, reply, hidden },
            ...{ bins: parts.bins, clock: parts.clock, seats, caller, open: parts.open },
            stillAllowed: () =>
              passes(async () => {
                openBin(call, parts)
                if (!(await stillAllowed())) throw new Problem(problems.unauthenticated)
              }),
          }),
      }
    }),
  ]
}

const waitTimeout = {
  status: 408,
  code: 'wait_timeout',
  detail: {
    en: 'No matching request arrived in time.',
    es: 'No llegó a tiempo ninguna solicitud que coincida.',
  },
}

/** Whether bodies are masked for who asks: payloads come here in many shapes. */
async function hidesBodies(call: AnyCall, services: Services): Promise<boolean> {
  return (await maskFor(call, services)).length > 0
}

function nameIn({ path }: AnyCall): string {
  return path['bin'] ?? ''
}

/** A bin of the caller's organisation, or one that nobody configured. */
function openBin(call: AnyCall, { bins }: InspectorParts): Bin {
  const bin = bins.find(nameIn(call))
  if (bin === null || !isOpenTo(call, bin)) throw new Problem(problems.notFound)
  return bin
}

function isOpenTo({ principal }: AnyCall, { owner }: Bin): boolean {
  return owner === null || owner === principal.organizationId
}

/** Waiting for a bin's first request is fine: the bin need not exist yet. */
function openOrMake(call: AnyCall, parts: InspectorParts): Bin {
  const name = nameIn(call)
  if (parts.bins.find(name) !== null) return openBin(call, parts)
  const owner = call.principal.organizationId
  return parts.bins.configure({ name, owner, settings: {}, now: call.now }).bin
}

function capturedIn(call: AnyCall, parts: InspectorParts): Captured {
  const { name } = openBin(call, parts)
  const found = parts.bins.requests(name).find(({ id }) => id === call.path['request_id'])
  if (found === undefined) throw new Problem(problems.notFound)
  return found
}

function configure(
  call: AnyCall,
  name: string,
  body: Type.Static<typeof contract.updateBin.body>,
  { bins }: InspectorParts,
): Answer {
  const known = bins.find(name)
  if (known !== null && !isOpenTo(call, known)) throw new Problem(problems.notFound)
  unlessOvertaken(call, known)
  const settings: Partial<BinSettings> = {
    ...(body.script === undefined ? {} : { script: readScript(body.script) }),
    ...(body.secrets === undefined ? {} : { secrets: body.secrets }),
    ...(body.note === undefined ? {} : { note: body.note }),
  }
  const owner = call.principal.organizationId
  const { bin, created } = bins.configure({ name, owner, settings, now: call.now })
  return answer(created ? 201 : 200, presentBin(bin))
}

/** A conflict where somebody changed it since the version that the caller names, or it is gone. */
function unlessOvertaken(
  { ifMatch }: AnyCall,
  stored: { readonly updatedAt: number } | null,
): void {
  if (ifMatch === null || ifMatch === stored?.updatedAt) return
  const detail = { en: 'It was changed since it was read.', es: 'Cambió desde que se leyó.' }
  throw new Problem(problems.conflict, { detail })
}

function readScript(
  given: NonNullable<Type.Static<typeof contract.updateBin.body>['script']>,
): Script {
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
    throw refuse('script', {
      en: `"${script.part}" was not understood: expected ${script.expected.en}.`,
      es: `No se entendió "${script.part}": se espera ${script.expected.es}.`,
    })
  }
  return script
}

function freshName({ random }: Inspecting): string {
  return Buffer.from(random.bytes(9)).toString('base64url').replaceAll(/[-_]/g, 'x')
}

/** Resolves with the first that is wanted, kept or still to come; null when time is up. */
function firstOf(
  call: AnyCall,
  what: { readonly wanted: (captured: Captured) => boolean; readonly timeoutMs: number },
  parts: Inspecting,
): Promise<Captured | null> {
  const { name } = openOrMake(call, parts)
  const kept = parts.bins.requests(name).find(what.wanted)
  if (kept !== undefined || what.timeoutMs === 0) return Promise.resolve(kept ?? null)
  return new Promise((resolve, reject) => {
    const timer = parts.clock.setTimer(what.timeoutMs, () => end(null))
    const unwatch = parts.bins.watch(name, call.now, (captured) => {
      if (what.wanted(captured)) end(captured)
    })
    if (unwatch === 'too_many') {
      timer.cancel()
      reject(new Problem(problems.tooManyRequests))
      return
    }
    const stop = unwatch
    const gone = (): void => end(null)
    const stay = call.whenGone(gone)
    parts.open.add(gone)
    function end(found: Captured | null): void {
      timer.cancel()
      stop()
      stay()
      parts.open.delete(gone)
      resolve(found)
    }
  })
}
