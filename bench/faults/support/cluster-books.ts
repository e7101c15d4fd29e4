/** What the receiver of a cluster saw, against what its database says. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { monotonicMs } from '../../support/monotonic.ts'
import type { Violations } from './experiment.ts'
import type { Ledger } from './ledger.ts'

/**
 * Longer than any lease of an experiment and any pause between two tries in it. Only then does nothing
 * that moves mean that nothing will: a slow machine that still delivers is waited for.
 */
const stillMs = 45_000
const settleMaxMs = 600_000
const pollMs = 200
const toldMax = 20

export interface ClusterBooks {
  readonly open: number
  readonly final: number
  readonly succeeded: number
  readonly attempts: number
  /** By `endpoint message`. */
  readonly byDelivery: ReadonlyMap<string, AttemptCounts>
}

interface AttemptCounts {
  readonly attempts: number
  /** Recorded without the lease. */
  readonly lost: number
  /** The node gave up waiting, or was stopped while it waited: the receiver may have answered. */
  readonly unanswered: number
}

/**
 * Waits until the database agrees that everything is final, for as long as anything moves there. What
 * is open then is stuck, and is told with its state. `ledger`: where no node was killed, each request that
 * it saw has an attempt in the end; those of lost leases come after what is final.
 */
export async function settledBooks(
  url: string,
  expected: number,
  ledger?: Ledger,
): Promise<ClusterBooks> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const end = monotonicMs() + settleMaxMs
  let last = { seen: '', at: monotonicMs() }
  try {
    for (;;) {
      const answer = await client.query(
        `select (select count(*) from open_delivery)::int as open,
                (select count(*) from delivery)::int as final,
                (select count(*) from delivery where state = 'succeeded')::int as succeeded,
                (select count(*) from attempt)::int as attempts`,
      )
      const [counts] = answer.rows
      const now = monotonicMs()
      const seen = JSON.stringify(counts)
      if (seen !== last.seen) last = { seen, at: now }
      const requests = ledger?.arrivals.length ?? 0
      const settled = counts.open === 0 && counts.final >= expected && counts.attempts >= requests
      if (!settled && now < Math.min(last.at + stillMs, end)) {
        await wait(pollMs)
        continue
      }
      if (counts.open > 0) await tellOpen(client, now - last.at)
      const rows = await client.query(
        `select endpoint_id || ' ' || message_id as name, count(*)::int as attempts,
           (count(*) filter (where lease_lost))::int as lost,
           (count(*) filter (where response_status = 0))::int as unanswered
         from attempt group by 1`,
      )
      return { ...counts, byDelivery: new Map(rows.rows.map(({ name, ...row }) => [name, row])) }
    }
  } finally {
    await client.end()
  }
}

/** What tells a delivery that nobody takes from one whose time has not come. */
async function tellOpen(client: pg.Client, stillForMs: number): Promise<void> {
  const { rows } = await client.query(
    `select d.id, d.state, d.attempt_count as tries, d.sequence, d.lease_token as token,
       d.due_at - (extract(epoch from clock_timestamp()) * 1000)::bigint as due_in_ms,
       s.head, s.lease_until - (extract(epoch from clock_timestamp()) * 1000)::bigint as stream_ms
     from open_delivery d
     left join stream s on s.application_id = d.application_id and s.endpoint_id = d.endpoint_id
     order by d.id limit $1`,
    [toldMax],
  )
  console.error(`nothing moved for ${Math.round(stillForMs)} ms; still open, at most ${toldMax}:`)
  for (const row of rows) console.error(JSON.stringify(row))
}

/**
 * G30: everything accepted is final, and every request that the receiver saw is an attempt or was
 * in flight when its node was killed. A delivery came again after its success only as often as an
 * attempt of it was lost with a node, was recorded without its lease, or was never answered for its
 * node, which had been stopped or had waited long enough.
 */
export function checkBooks(input: {
  readonly books: ClusterBooks
  readonly ledger: Ledger
  readonly deliveries: number
  /** How often each message was to come to each of its endpoints; once unless it was sent again. */
  readonly times?: number
  readonly endpointIds: ReadonlyMap<string, string>
  readonly inFlightAtKills: number
  readonly violations: Violations
}): Readonly<Record<string, number>> {
  const { books, ledger, deliveries, violations, times = 1 } = input
  violations.expect(books.open === 0, `${books.open} deliveries are still open`)
  violations.expect(
    books.final === deliveries,
    `${deliveries} deliveries were accepted, ${books.final} are final`,
  )
  violations.expect(
    books.succeeded === deliveries,
    `${deliveries} deliveries were accepted, ${books.succeeded} succeeded`,
  )
  const seen = new Map<string, { requests: number; repeats: number; successes: number }>()
  for (const { path, messageId, status } of ledger.arrivals) {
    const name = `${input.endpointIds.get(path)} ${messageId}`
    const each = seen.get(name) ?? { requests: 0, repeats: 0, successes: 0 }
    seen.set(name, each)
    each.requests += 1
    if (each.successes >= times) each.repeats += 1
    if (status === 200) each.successes += 1
  }
  let unrecorded = 0
  let repeats = 0
  let leaseLost = 0
  let unanswered = 0
  for (const [name, each] of seen) {
    const recorded = books.byDelivery.get(name) ?? { attempts: 0, lost: 0, unanswered: 0 }
    const missing = Math.max(0, each.requests - recorded.attempts)
    unrecorded += missing
    repeats += each.repeats
    leaseLost += recorded.lost
    unanswered += recorded.unanswered
    violations.expect(each.successes >= times, `${name} came ${each.successes} of ${times} times`)
    violations.expect(
      each.repeats <= missing + recorded.lost + recorded.unanswered,
      `${name} came ${each.repeats} times after its success: ${missing} lost in kills, ${recorded.lost} leases lost, ${recorded.unanswered} without an answer`,
    )
  }
  violations.expect(
    unrecorded <= input.inFlightAtKills,
    `${unrecorded} requests have no attempt, ${input.inFlightAtKills} were in flight at kills`,
  )
  violations.expect(ledger.wrongSignatures === 0, `${ledger.wrongSignatures} wrong signatures`)
  const { attempts } = books
  const requests = ledger.arrivals.length
  return { requests, attempts, unrecorded, leaseLost, unanswered, repeats }
}

/**
 * Order as the receiver sees it. Overtake: a number arrives while a lower one was never answered
 * 2xx. Stale: a lower number arrives after a higher one.
 */
export function checkOrder(
  ledger: Ledger,
  violations: Violations,
): { readonly overtakes: number; readonly stale: number } {
  const streams = new Map<string, { done: Set<number>; highest: number; low: number }>()
  let overtakes = 0
  let stale = 0
  for (const arrival of ledger.arrivals) {
    if (!arrival.path.startsWith('/ordered')) continue
    const sequence = Number(arrival.headers['webhook-sequence'])
    const stream = streams.get(arrival.path) ?? { done: new Set(), highest: 0, low: 1 }
    streams.set(arrival.path, stream)
    if (sequence < stream.highest) stale += 1
    while (stream.done.has(stream.low)) stream.done.delete(stream.low++)
    if (sequence > stream.low) overtakes += 1
    stream.highest = Math.max(stream.highest, sequence)
    if (arrival.status === 200) stream.done.add(sequence)
  }
  violations.expect(overtakes === 0, `${overtakes} overtakes`)
  violations.expect(stale === 0, `${stale} stale arrivals`)
  return { overtakes, stale }
}
