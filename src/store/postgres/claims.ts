/**
 * Taking due work from the table, fairly and without ever waiting for another node.
 *
 * First a look: which endpoints have open work, and since when of each something is due. It walks
 * endpoints and not deliveries, so that a million waiting deliveries of one endpoint cost one step;
 * and it begins at the floors (`claim-floors.ts`), so that what is dead costs nothing either. Then,
 * if something is due, the claim itself, of those endpoints and from those times.
 */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Claim, DeliveryStore } from '../port/deliveries.ts'
import {
  byEndpoint,
  ClaimFloors,
  type Floor,
  type Look,
  leasedSlackMs,
  slackMs,
} from './claim-floors.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, patient, type Row, statement } from './database.ts'
import { beforeAll, behindAll, isOpen } from './places.ts'
import { deliveryColumns, deliveryOf, messageColumns, messageOf } from './rows.ts'

/**
 * Endpoints that this node does not know yet, by seeking the index from one to the next in a gap.
 * All this goes by the endpoint alone, which no other index has first: the planner expects few live
 * rows and would rather read another index, with all that is dead in it.
 */
function walkGaps(name: string, state: 'pending' | 'sending'): string {
  const next = (from: string): string => `
     select d.application_id, d.endpoint_id from open_delivery d
     where d.state = '${state}' and d.due_at is not null
       and d.endpoint_id > ${from}.endpoint_id and d.endpoint_id < ${from}.to_endpoint
     order by d.endpoint_id
     limit 1`
  return `${name} as (
     select found.*, gap.to_endpoint
     from gap cross join lateral (${next('gap')}) found
     union all
     select found.*, ${name}.to_endpoint
     from ${name} cross join lateral (${next(name)}) found
   )`
}

/** The first of an endpoint in a state, from a time on. */
function firstOf(state: 'pending' | 'sending', times: string): string {
  return `select d.due_at from open_delivery d
     where d.endpoint_id = l.endpoint_id and d.state = '${state}' and ${times}
     order by d.due_at
     limit 1`
}

/**
 * The endpoints of the page: those known, with their floors, and up to $6 new ones from the gaps
 * between them. Of the known ones only those that have something: most of ten thousand have nothing.
 * Where none has, one row without an endpoint. Parameters: now, the page's beginning and end, the
 * known ones, the slack, ..., the applications and the floors of the known ones, the slack of leases.
 */
export const look = statement(
  'claim_look',
  `with recursive clock as materialized (select ${nowSql(1)} as now),
   gap as materialized (
     select * from unnest(array_prepend($2, $4::text[]), array_append($4::text[], $3))
       as g(endpoint_id, to_endpoint)
   ),
   ${walkGaps('waiting_walk', 'pending')},
   ${walkGaps('leased_walk', 'sending')},
   fresh as (
     (select application_id, endpoint_id from waiting_walk limit $6)
     union
     (select application_id, endpoint_id from leased_walk limit $6)
   ),
   looked as (
     select *, false as fresh from unnest($7::text[], $4::text[], $8::bigint[], $9::bigint[])
       as k(application_id, endpoint_id, waiting_from, leased_from)
     union all
     select application_id, endpoint_id, 0, 0, true from fresh
   )
   select clock.now, found.*
   from clock
   left join lateral (
     select l.application_id, l.endpoint_id, waiting.due_at as waiting_at, leased.due_at as leased_at,
       case when waiting.due_at > clock.now then waiting.due_at else later.due_at end as next_due_at
     from looked l
     left join lateral (${firstOf('pending', 'd.due_at >= least(l.waiting_from, clock.now - $5::bigint)')}) waiting on true
     left join lateral (${firstOf('pending', 'd.due_at > clock.now and waiting.due_at <= clock.now')}) later on true
     left join lateral (${firstOf('sending', 'd.due_at >= least(l.leased_from, clock.now - $10::bigint) and d.due_at <= clock.now')}) leased on true
     where l.fresh or waiting.due_at is not null or leased.due_at is not null) found on true`,
)
const lookAnew = patient(
  'claim_look_anew',
  `with clock as materialized (select ${nowSql(1)} as now)
   select l.application_id, l.endpoint_id, clock.now, waiting.due_at as waiting_at,
     leased.due_at as leased_at
   from unnest($2::text[], $3::text[]) as l(application_id, endpoint_id)
   cross join clock
   left join lateral (${firstOf('pending', 'd.due_at is not null')}) waiting on true
   left join lateral (${firstOf('sending', 'd.due_at <= clock.now')}) leased on true`,
)

/** The due ones of an endpoint in a state, locked; what another node holds is skipped. */
function lockDue(state: 'pending' | 'sending', from: string): string {
  return `select due.*
     from open_endpoint w
     cross join lateral (
       select d.ctid as place, d.application_id, d.id, d.endpoint_id, d.message_id, d.due_at
       from open_delivery d
       where d.endpoint_id = w.endpoint_id and d.state = '${state}'
         and d.due_at >= w.${from} and d.due_at <= (select now from clock)
       order by d.due_at
       limit $6
       for update skip locked
     ) due`
}

/**
 * Of each endpoint that may be sent to, the oldest due ones are locked; whatever another node holds
 * is skipped, never waited for. Ranks go before ages, so that each endpoint gives its first before
 * any gives its second.
 */
export const claimDue = statement(
  'claim_due',
  `with clock as materialized (select ${nowSql(1)} as now),
   open_endpoint as materialized (
     select w.*
     from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
       as w(application_id, endpoint_id, waiting_from, leased_from)
     where ${isOpen('w', '(select now from clock)')}
   ),
   waiting as materialized (${lockDue('pending', 'waiting_from')}),
   leased as materialized (${lockDue('sending', 'leased_from')}),
   ranked as (
     select due.*, row_number() over (partition by endpoint_id order by due_at) as rank
     from (select * from waiting union all select * from leased) due
   ),
   sized as (
     select r.place as taken,
       sum(coalesce(octet_length(m.payload), 0)) over (order by r.rank, r.due_at, r.id
         rows between unbounded preceding and 1 preceding) as before_bytes,
       coalesce(octet_length(m.payload), 0) as bytes,
       row_number() over (order by r.rank, r.due_at, r.id) as place
     from ranked r
     join message m on m.application_id = r.application_id and m.id = r.message_id
     where r.rank <= $6
   ),
   claimed as (
     update open_delivery d
     set state = 'sending', lease_token = $7, due_at = (select now from clock) + $8,
         updated_at = (select now from clock)
     from sized s
     where d.ctid = s.taken
       and s.place <= $9 and (s.place = 1 or s.before_bytes + s.bytes <= $10)
     returning d.*
   )
   select ${deliveryColumns}, ${messageColumns(true)}
   from claimed d
   join message m on m.application_id = d.application_id and m.id = d.message_id`,
)
/** Endpoints looked at in one call; never more than may be claimed, so that none is passed over. */
const walkMax = 500
/** Endpoints read from their beginning in one go: 10,000 in 20 polls, well within their 30 s. */
export const anewMax = 500

export function claimDueWork(database: Database, time: StoreTime): DeliveryStore['claimDue'] {
  const floors = new ClaimFloors()
  let readingAnew = false

  /** Beside the claims, which do not wait for it. What fails is repeated when its turn comes again. */
  async function readAnew(now: number): Promise<void> {
    const stale = readingAnew ? [] : floors.takeStale(now, anewMax)
    if (stale.length === 0) return
    readingAnew = true
    try {
      const keys = [stale.map((each) => each.applicationId), stale.map((each) => each.endpointId)]
      for (const row of await database.run(lookAnew, [time.parameter(now), ...keys])) {
        floors.readAnew(lookOf(row))
      }
    } catch {
      // The claims themselves meet whatever is wrong with the database, and tell it.
    } finally {
      readingAnew = false
    }
  }

  return async (input) => {
    const limit = Math.min(walkMax, input.limit)
    const from = input.afterEndpointId ?? beforeAll
    const known = floors.after(from, limit)
    const last = known.length < limit ? undefined : known.at(-1)
    const now = time.parameter(input.now)
    const values = [
      now,
      from,
      last?.endpointId ?? behindAll,
      known.map((each) => each.endpointId),
      slackMs,
      walkMax,
      known.map((each) => each.applicationId),
      known.map((each) => each.waitingFrom),
      known.map((each) => each.leasedFrom),
      leasedSlackMs,
    ]
    const rows = await database.seek(look, values, 'by_key')
    const looks = looksOf(known, rows)
    for (const each of looks) floors.looked(each)
    void readAnew(looks[0]?.at ?? input.now)

    const page = looks.slice(0, limit)
    const due = page.filter((each) => isDue(each) && !input.except.includes(each.endpointId))
    const atEnd = last === undefined && looks.length < limit
    const laterTimes = rows.flatMap((row) => row['next_due_at'] ?? []).map(Number)
    return {
      claims: due.length === 0 ? [] : await claim(database, { ...input, nowParameter: now, due }),
      cursor: atEnd ? null : (page.at(-1)?.endpointId ?? null),
      nextDueAt: laterTimes.length === 0 ? null : Math.min(...laterTimes),
    }
  }
}

async function claim(
  database: Database,
  input: Parameters<DeliveryStore['claimDue']>[0] & {
    readonly nowParameter: number | null
    readonly due: readonly Look[]
  },
): Promise<readonly Claim[]> {
  const { due, token } = input
  const values = [
    input.nowParameter,
    due.map((each) => each.applicationId),
    due.map((each) => each.endpointId),
    due.map((each) => each.waitingAt),
    due.map((each) => each.leasedAt),
    input.perEndpoint,
    token,
    input.leaseUntil - input.now,
    input.limit,
    input.bytesMax,
  ]
  const rows = await database.seek(claimDue, values, 'by_key')
  return rows.map((row) => ({
    delivery: deliveryOf(row),
    message: messageOf(row),
    token,
    leaseUntil: Number(row['d_due_at']),
  }))
}

/** Of the known ones and the new ones, in the order of the index. */
function looksOf(known: readonly Floor[], rows: readonly Row[]): readonly Look[] {
  const at = Number(rows[0]?.['now'])
  const found = new Map(
    rows
      .filter((row) => row['endpoint_id'] !== null)
      .map((row) => [row['endpoint_id'], lookOf(row)]),
  )
  for (const { applicationId, endpointId } of known) {
    if (found.has(endpointId)) continue
    found.set(endpointId, { applicationId, endpointId, waitingAt: null, leasedAt: null, at })
  }
  return [...found.values()].sort(byEndpoint)
}

/** What is leased is looked for only where its lease has ended. */
function isDue({ waitingAt, leasedAt, at }: Look): boolean {
  return leasedAt !== null || (waitingAt !== null && waitingAt <= at)
}

function lookOf(row: Row): Look {
  const time = (value: unknown): number | null => (value === null ? null : Number(value))
  return {
    applicationId: String(row['application_id']) as ApplicationId, // columns of ours
    endpointId: String(row['endpoint_id']) as EndpointId,
    waitingAt: time(row['waiting_at']),
    leasedAt: time(row['leased_at']),
    at: Number(row['now']),
  }
}
