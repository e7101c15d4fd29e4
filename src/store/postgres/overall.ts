/**
 * The lists of all applications together. Each has an index by id, which is by time; rows of other
 * organisations, and those that do not fit, are stepped over. So a page is read in steps: how far so many
 * rows reach is asked of the index alone, and then what fits up to there is read whole. The first step is
 * about a page long, the next ones grow, and together they end at the bound that they are given.
 */
import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { DeliveryState } from '../../domain/delivery.ts'
import { limits } from '../../domain/limits.ts'
import type { ApplicationNamed, EndpointSeen, OverallStore } from '../port/overall.ts'
import type { Page } from '../port/page.ts'
import { type Window, windowOf } from '../window.ts'
import { adHoc, type Database, type Row } from './database.ts'
import { addEventFilter, answersAs, Conditions } from './page.ts'
import {
  attemptColumns,
  attemptOrNull,
  deliveryColumns,
  deliveryOf,
  messageColumns,
  messageOf,
} from './rows.ts'

type Input<Name extends keyof OverallStore> = Parameters<OverallStore[Name]>[0]

/** A table of the list, and what of it is looked at. */
interface Source {
  readonly table: 'message' | 'open_delivery' | 'delivery'
  /** As the index has it, so that it is used. */
  readonly only: string
  readonly columns: string
}

const messages: Source = { table: 'message', only: 'true', columns: '*' }

const ofDelivery = `application_id, id, endpoint_id, message_id, state, trigger, attempt_count, sequence,
  created_at, updated_at`
const openDeliveries: Source = {
  table: 'open_delivery',
  only: 'true',
  columns: `${ofDelivery}, due_at`,
}
const finalDeliveries: Source = {
  table: 'delivery',
  only: 'true',
  columns: `${ofDelivery}, null::bigint as due_at`,
}
const unsuccessful: Source = { ...finalDeliveries, only: `state in ('failed', 'canceled')` }

const isOpen = (state: DeliveryState): boolean => state === 'pending' || state === 'sending'

/** Where deliveries of those states lie. */
function sourcesOf(states: readonly DeliveryState[] | null): readonly Source[] {
  if (states === null) return [openDeliveries, finalDeliveries]
  const final = states.filter((state) => !isOpen(state))
  const ofFinal = final.includes('succeeded') ? finalDeliveries : unsuccessful
  return [
    ...(final.length < states.length ? [openDeliveries] : []),
    ...(final.length > 0 ? [ofFinal] : []),
  ]
}

const named = 'p.id as p_id, p.uid as p_uid, p.name as p_name'
const seen = `e.id as e_id, e.url as e_url, e.description as e_description, e.metadata as e_metadata,
  e.attributes as e_attributes, e.paused_at as e_paused_at, e.disabled_at as e_disabled_at,
  h.open_until as h_open_until`

export function overallStore(database: Database): OverallStore {
  return {
    listOverallDeliveries(input) {
      const of = { database, input, sources: sourcesOf(input.states), kind: 'delivery' } as const
      return inSteps(of, {
        idOf: ({ delivery }) => delivery.id,
        read: (bounds, limit) => readDeliveries(of, bounds, limit),
      })
    },

    listOverallMessages(input) {
      const of = { database, input, sources: [messages], kind: 'message' } as const
      return inSteps(of, {
        idOf: ({ message }) => message.id,
        read: (bounds, limit) => readMessages(of, bounds, limit),
      })
    },
  }
}

/** What both lists are asked for, and what only deliveries are. */
type Asked = Input<'listOverallMessages'> &
  Partial<Pick<Input<'listOverallDeliveries'>, 'messageId' | 'states' | 'answers'>>

interface Of<List extends Asked> {
  readonly database: Database
  readonly input: List
  readonly sources: readonly Source[]
  readonly kind: 'delivery' | 'message'
}

/** Ids between which rows are read; both inclusive or not, as the comparisons say. */
interface Bounds extends Window {
  /** Up to this one and with it, in the direction of the walk; null: up to the end. */
  readonly end: string | null
}

/** Each step looks at so many times as many rows as the one before. */
const growth = 4
/** The first, where more than a page has to be looked at. */
const firstSelective = 500

async function inSteps<Item>(
  of: Of<Asked>,
  list: {
    readonly idOf: (item: Item) => string
    readonly read: (bounds: Bounds, limit: number) => Promise<readonly Item[]>
  },
): Promise<Page<Item>> {
  const { input } = of
  const limit = Math.min(input.page.limit, limits.pageMax)
  let window = windowOf(of.kind, input.filter, input.page, input.now)
  const { upwards } = window
  const found: Item[] = []
  let rows = isSelective(input) ? firstSelective : limit + 1
  let scannedTo: string | null = null
  for (let looked = 0; looked < input.rowsMax; rows *= growth) {
    const step = Math.min(rows, input.rowsMax - looked)
    const end = await endOf(of, window, step)
    found.push(...(await list.read({ ...window, end }, limit + 1 - found.length)))
    scannedTo = end
    if (found.length > limit || end === null) break
    looked += step
    window = upwards ? { ...window, fromId: `${end}!` } : { ...window, toId: end }
  }
  const items = found.slice(0, limit)
  if (upwards) items.reverse()
  if (found.length > limit) return { items, done: false }
  if (scannedTo === null) return { items, done: true }
  return { items, done: false, scannedTo: { id: scannedTo, towards: upwards ? 'newer' : 'older' } }
}

function isSelective({ filter, applicationIds, states, answers }: Asked): boolean {
  const { eventTypes, channel, tag } = filter
  const conditions = [applicationIds, states ?? null, answers ?? null, eventTypes, channel, tag]
  return conditions.some((one) => one !== null)
}

/** Id of the row up to which there are so many within the window; null: there are fewer. */
async function endOf(
  { database, sources, input }: Of<Asked>,
  window: Window,
  rows: number,
): Promise<string | null> {
  const where = between(input, window)
  const order = `order by id ${window.upwards ? 'asc' : 'desc'}`
  const limit = where.value(rows)
  const part = sourced(sources, input.applicationIds, {
    where,
    tail: `${order} limit ${limit}`,
    columns: () => 'id',
  })
  const [row] = await database.run(
    adHoc(`select id from (${part}) d ${order} offset ${limit} - 1 limit 1`),
    where.values,
  )
  return row === undefined ? null : String(row['id'])
}

function between(
  { messageId }: Asked,
  { fromId, toId }: Pick<Window, 'fromId' | 'toId'>,
): Conditions {
  const where = new Conditions().add('id >= ?', fromId).add('id < ?', toId)
  return messageId === undefined ? where : where.add('message_id = ?', messageId)
}

/** The rows of all sources; where applications are named, those of each by its own key. */
function sourced(
  sources: readonly Source[],
  applicationIds: readonly string[] | null,
  of: {
    readonly where: Conditions
    readonly tail: string
    readonly columns: (source: Source) => string
  },
): string {
  const { where, tail, columns } = of
  const text = where.text
  const apps = applicationIds === null ? null : where.value(applicationIds)
  return sources
    .map((source) => {
      const from = `select ${columns(source)} from ${source.table}`
      const which = `${source.only} and ${text}`
      return apps === null
        ? `(${from} where ${which} ${tail})`
        : `(select each.* from unnest(${apps}::text[]) as a(application_id)
            cross join lateral (
              ${from} where application_id = a.application_id and ${which} ${tail}) each)`
    })
    .join(' union all ')
}

/** The rows of a step: at most as many as it has looked at, and those that came meanwhile. */
function within(
  { sources, input }: Of<Asked>,
  { end, upwards, ...window }: Bounds,
): { readonly rows: string; readonly where: Conditions } {
  const where = between(input, window)
  if (end !== null) where.add(`id ${upwards ? '<=' : '>='} ?`, end)
  const rows = sourced(sources, input.applicationIds, {
    where,
    tail: '',
    columns: (source) => source.columns,
  })
  return { rows: `(${rows})`, where }
}

async function readDeliveries(
  of: Of<Input<'listOverallDeliveries'>>,
  bounds: Bounds,
  limit: number,
) {
  const { input, database } = of
  const { rows, where } = within(of, bounds)
  const more = new Conditions(where.values).add('p.organization_id = ?', input.organizationId)
  if (input.states !== null) more.add('d.state = any(?)', input.states)
  addEventFilter(more, 'm', input.filter)
  const answers = answersOf(input.answers, more)
  const order = `order by d.id ${bounds.upwards ? 'asc' : 'desc'}`
  const found = await database.run(
    adHoc(
      `select ${deliveryColumns}, m.event_type as event_type, ${attemptColumns(false)}, ${named}, ${seen}
       from ${rows} d
       join application p on p.id = d.application_id and p.deleted_at is null
       join message m on m.application_id = d.application_id and m.id = d.message_id
       left join lateral (
         select * from attempt last
         where last.application_id = d.application_id and last.message_id = d.message_id
           and last.delivery_id = d.id
         order by last.id desc limit 1
       ) a on true
       left join endpoint e on e.application_id = d.application_id and e.id = d.endpoint_id
         and e.deleted_at is null
       left join endpoint_health h on h.application_id = e.application_id and h.endpoint_id = e.id
       where ${more.text} and ${answers}
       ${order} limit ${more.value(limit)}`,
    ),
    more.values,
  )
  return found.map((row) => ({
    delivery: deliveryOf(row),
    eventType: String(row['event_type']),
    last: attemptOrNull(row),
    application: namedOf(row),
    endpoint: seenOf(row),
  }))
}

function answersOf(answers: AnswerFilter | undefined, values: Conditions): string {
  return answers === undefined ? 'true' : answersAs('a', answers, values)
}

async function readMessages(of: Of<Input<'listOverallMessages'>>, bounds: Bounds, limit: number) {
  const { input, database } = of
  const { rows, where } = within(of, bounds)
  const more = new Conditions(where.values).add('p.organization_id = ?', input.organizationId)
  addEventFilter(more, 'm', input.filter)
  const order = `order by m.id ${bounds.upwards ? 'asc' : 'desc'}`
  const found = await database.run(
    adHoc(
      `select ${messageColumns(false)}, ${named}
       from ${rows} m
       join application p on p.id = m.application_id and p.deleted_at is null
       where ${more.text}
       ${order} limit ${more.value(limit)}`,
    ),
    more.values,
  )
  return found.map((row) => ({ message: messageOf(row), application: namedOf(row) }))
}

// Columns of ours, as they are selected above.
function namedOf(row: Row): ApplicationNamed {
  return { id: row['p_id'], uid: row['p_uid'], name: row['p_name'] } as ApplicationNamed
}

function seenOf(row: Row): EndpointSeen | null {
  if (row['e_id'] === null) return null
  return {
    id: row['e_id'],
    url: row['e_url'],
    description: row['e_description'],
    metadata: JSON.parse(String(row['e_metadata'])),
    attributes: JSON.parse(String(row['e_attributes'])),
    pausedAt: row['e_paused_at'],
    disabledAt: row['e_disabled_at'],
    openUntil: row['h_open_until'],
  } as EndpointSeen
}
