import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { listDeliveries } from '../api/calls.ts'
import type { DeliveryOut, EndpointOut, MessageOut } from '../api/model.ts'
import { useT } from '../i18n.tsx'
import { endpointName, useEndpointMap } from '../state/data.ts'
import {
  type StatusLook,
  skippedLook,
  statusLooks,
  statusOf,
  type Tone,
} from '../state/delivery-status.ts'
import { useLiveQueries } from '../state/live.ts'

/** Deliveries looked at for one list; messages before those show no marks. */
const looksMax = 1_000
const pageSize = 250
const marksMax = 6
/** A message younger than the answer may have had no deliveries yet. */
const graceMs = 2_000

export interface Fanout {
  /** The newest delivery to each endpoint, by message. */
  readonly of: ReadonlyMap<string, readonly DeliveryOut[]>
  /** Messages since then are known whole; null: all of the list are. */
  readonly since: number | null
  /** When it was so. */
  readonly asOf: number
  readonly endpoints: ReadonlyMap<string, EndpointOut>
}

/** Where each message of the list went, and with which result. */
export function useFanout(application: string, rows: readonly MessageOut[]): Fanout | null {
  const endpoints = useEndpointMap(application)
  const oldest = rows.at(-1)
  const key = ['deliveries', application, 'fanout', oldest?.id ?? null]
  const found = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const deliveries: DeliveryOut[] = []
      let iterator: string | null = null
      do {
        const query = { limit: pageSize, iterator, after: oldest?.timestamp ?? '', before: farAway }
        const page: Awaited<ReturnType<typeof listDeliveries>> = await listDeliveries(
          application,
          query,
          signal,
        )
        deliveries.push(...page.data)
        iterator = page.done ? null : page.iterator
      } while (iterator !== null && deliveries.length < looksMax)
      return { deliveries, complete: iterator === null }
    },
    enabled: oldest !== undefined,
    placeholderData: keepPreviousData,
    // What was too young to tell is asked for again at once, the rest now and then.
    refetchInterval: () => (isYoung(rows[0]) ? graceMs : 15_000),
  })
  useLiveQueries({ application, keys: [key], everyMs: 2_000 })
  if (found.data === undefined) return null
  const { deliveries, complete } = found.data
  const of = new Map<string, DeliveryOut[]>()
  for (const delivery of deliveries) {
    const known = of.get(delivery.msgId) ?? []
    // Newest first: an older one to the same endpoint was followed by this.
    if (known.some(({ endpointId }) => endpointId === delivery.endpointId)) continue
    of.set(delivery.msgId, [...known, delivery])
  }
  const last = deliveries.at(-1)
  const since = complete || last === undefined ? null : Date.parse(last.createdAt)
  return { of, since, asOf: found.dataUpdatedAt, endpoints }
}

/** By either clock; where they are far apart, nothing is. */
function isYoung(newest: MessageOut | undefined): boolean {
  if (newest === undefined) return false
  return Math.abs(Date.now() - Date.parse(newest.timestamp)) < 4 * graceMs
}

const farAway = '2100-01-01T00:00:00.000Z'

/** One small mark for each endpoint: shape and word, never colour alone. */
export function FanoutCell(props: {
  readonly message: MessageOut
  readonly fanout: Fanout | null
}) {
  const t = useT()
  const { message, fanout } = props
  if (fanout === null) return null
  const deliveries = fanout.of.get(message.id) ?? []
  const sent = deliveries.map((delivery) => {
    const endpoint = fanout.endpoints.get(delivery.endpointId)
    const look = statusLooks[statusOf(delivery, endpoint)]
    return { id: delivery.endpointId, name: endpointName(endpoint, delivery.endpointId), look }
  })
  const at = Date.parse(message.timestamp)
  const unknown = (fanout.since !== null && at <= fanout.since) || at > fanout.asOf - graceMs
  const skipped = unknown ? [] : skippedOf(message, fanout, new Set(sent.map(({ id }) => id)))
  const marks = [...sent, ...skipped]
  if (marks.length === 0) {
    return unknown ? null : <span className="text-ink-3">{t('messages.nobody')}</span>
  }
  return (
    <span className="flex items-center gap-1">
      {marks.slice(0, marksMax).map(({ id, name, look }) => (
        <Mark key={id} name={name} look={look} />
      ))}
      {marks.length > marksMax && (
        <span className="text-ink-3 text-xs">+{marks.length - marksMax}</span>
      )}
    </span>
  )
}

/**
 * Endpoints that want the type, were there, and did not get the message all the same: by a filter, a
 * channel, or as they were switched off. No row stands for them; the message's page says why.
 */
function skippedOf(message: MessageOut, fanout: Fanout, reached: ReadonlySet<string>) {
  return [...fanout.endpoints.values()]
    .filter(
      ({ id, createdAt, eventTypes }) =>
        !reached.has(id) &&
        Date.parse(createdAt) <= Date.parse(message.timestamp) &&
        wantsType(eventTypes ?? null, message.eventType),
    )
    .map((endpoint) => ({ id: endpoint.id, name: endpointName(endpoint), look: skippedLook }))
}

const tones: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  err: 'text-err',
  info: 'text-info',
  mute: 'text-ink-3',
}

function Mark(props: { readonly name: string; readonly look: StatusLook }) {
  const t = useT()
  const { icon: Icon, label, tone } = props.look
  const text = `${props.name}: ${t(label)}`
  return (
    <span title={text} className={`inline-flex ${tones[tone]}`}>
      <Icon size={15} aria-hidden />
      <span className="sr-only">{text}.</span>
    </span>
  )
}
