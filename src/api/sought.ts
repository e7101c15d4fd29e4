/** What a caller looks for in a list, checked once, and the pages in which it is answered. */
import type Type from 'typebox'
import { type DeliveryStatusWord, lookBounds } from '../contract/sought.ts'
import type { DeliveryState } from '../domain/delivery.ts'
import { invalid } from '../domain/errors.ts'
import type { Filter } from '../domain/filter.ts'
import { type ApplicationId, type EndpointId, idTickMs, idTime } from '../domain/ids.ts'
import { leadsToMasked, type Mask } from '../domain/masking.ts'
import type { MessageView } from '../domain/message-marks.ts'
import { type PayloadQuery, parsePayloadQuery } from '../domain/payload-query.ts'
import { alike, joined, type Sentence } from '../domain/sentence.ts'
import { isSelective, type Sought, statesOfWords } from '../domain/sought.ts'
import type { EndpointNow, LookBound, SoughtPage } from '../intake/sought-rows.ts'
import type { EventFilter } from '../store/port/page.ts'
import { absent } from './absent.ts'
import { type Call, notFound, type Services } from './call.ts'
import { maskFor } from './masking.ts'
import { timeText } from './times.ts'

export interface SoughtParameters {
  readonly q?: string | null
  readonly where?: string | null
  readonly view?: MessageView | null
  readonly status?: readonly Type.Static<typeof DeliveryStatusWord>[] | null
  readonly state?: readonly DeliveryState[] | null
}

/** What is sought, and the states that the list is asked for with it. */
export interface SoughtList {
  readonly sought: Sought
  readonly states: readonly DeliveryState[] | null
  /** Whether rows have to be looked at one by one. */
  readonly selective: boolean
}

/** 422 for a condition that is none, or that would tell what is masked for the caller. */
export async function soughtOf(
  asked: SoughtParameters,
  call: Pick<Call<unknown, unknown>, 'principal'>,
  {
    services,
    applicationId,
    inBody = false,
  }: {
    readonly services: Services
    /** Null: of all, where the id of a message was looked for before. */
    readonly applicationId: ApplicationId | null
    readonly inBody?: boolean
  },
): Promise<SoughtList> {
  const { q, where = null, view = null, status, state = null } = asked
  if (where !== null) payloadQueryOf(where, await maskFor(call, services), inBody)
  const words = status == null ? null : statesOfWords(status)
  const states =
    words === null ? state : (state?.filter((one) => words.states.includes(one)) ?? words.states)
  const named =
    q == null || applicationId === null
      ? null
      : await services.store.findMessage({ applicationId, idOrEventId: q, withPayload: false })
  const sought: Sought = {
    text: named === null ? (q ?? null) : null,
    ...{ where, view },
    words: words === null || words.exact ? null : (status ?? null),
    ...(named === null ? {} : { messageId: named.id }),
  }
  return { sought, states, selective: named !== null || isSelective(sought) }
}

/** Of messages: the moment of the one that is meant, so that no others are looked at. */
export function aroundNamed(filter: EventFilter, { messageId }: Sought): EventFilter {
  return messageId === undefined ? filter : aroundId(filter, messageId)
}

/** The moment in which that id was made. */
export function aroundId(filter: EventFilter, id: string): EventFilter {
  const at = idTime(id)
  if (at === null) return filter
  const [from, to] = [at - idTickMs, at + 2 * idTickMs]
  return {
    ...filter,
    after: Math.max(filter.after ?? from, from),
    before: Math.min(filter.before ?? to, to),
  }
}

/** The endpoints that a query names, by id or uid; null: it names none. 404 for one that is not there. */
export async function endpointsWanted(
  named: readonly string[] | undefined,
  find: (idOrUid: string) => Promise<{ readonly id: EndpointId } | null>,
): Promise<readonly EndpointId[] | null> {
  if (named === undefined) return null
  const found = new Set<EndpointId>()
  for (const idOrUid of named) {
    const endpoint = await find(idOrUid)
    if (endpoint === null) throw notFound(absent.endpoint)
    found.add(endpoint.id)
  }
  return [...found]
}

/** Endpoints as they are now. */
export async function endpointsNow(
  applicationId: ApplicationId,
  { views }: Pick<Services, 'views'>,
): Promise<EndpointNow> {
  const view = await views.get(applicationId)
  return (id) => view?.endpoint(id)
}

/** What is looked at for one answer. */
export function lookBound({ world }: Pick<Services, 'world'>): LookBound {
  return { rowsMax: lookBounds.rows, timeMaxMs: lookBounds.timeMs, clock: world.clock }
}

/** Members of the answer that say how far a page looked. */
export function lookedText({ scannedTo, scanned, skipped }: SoughtPage<unknown>): string {
  const time = scannedTo === undefined ? null : idTime(scannedTo.id)
  const until = time === null ? 'null' : `"${timeText(time)}"`
  return `,"searchedUntil":${until},"scanned":${scanned},"skipped":${skipped}`
}

/** The `where` of a caller; 422 when it is none, or would tell what is masked. */
function payloadQueryOf(where: string, mask: Mask, inBody: boolean): PayloadQuery {
  const refused = (msg: Sentence, type = 'value_error'): Error =>
    invalid({ loc: [inBody ? 'body' : 'query', 'where'], msg, type })
  const parsed = parsePayloadQuery(where)
  if (!parsed.ok) {
    const { path, reason } = parsed.fault
    throw refused(path === '' ? reason : joined(alike(`${path}: `), reason))
  }
  const hidden = maskedIn(parsed.query, mask)
  if (hidden !== null) throw refused(hidden, 'masked_path')
  return parsed.query
}

/** Why a search would tell what is masked; null: it would not. A text may be anywhere. */
function maskedIn(query: PayloadQuery, mask: Mask): Sentence | null {
  if (mask.length === 0) return null
  if (query.texts.length > 0) {
    return {
      en: 'some members of payloads are masked for your role: search by a path, such as id = 7',
      es: 'algunos miembros de los payloads están ocultos para este rol: busca por una ruta, como id = 7',
    }
  }
  const path = query.filter === null ? undefined : pathsOf(query.filter).find(hides)
  return path === undefined
    ? null
    : { en: `${path} is masked for your role`, es: `${path} está oculto para este rol` }

  function hides(each: string): boolean {
    return leadsToMasked(each, mask)
  }
}

function pathsOf(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'test':
      return [filter.path]
    case 'and':
    case 'or':
    case 'not':
      return filter.parts.flatMap(pathsOf)
    default:
      return filter satisfies never
  }
}
