/**
 * A batch of accepts in one statement, one journey and one commit: what nearly every batch is.
 *
 * It is all or nothing. Where an application's settings have moved, a key or a message is known
 * already, or anything else needs a decision, the statement fails and nothing is written; the batch
 * then goes step by step (`accept.ts`), which gives each input its own answer. Named events and
 * ordered endpoints always do: they wait for locks, and this must not wait beside them.
 */
import type { AcceptInput } from '../port/accept.ts'
import {
  deliveryValues,
  insertDeliveries,
  insertKeys,
  insertMessages,
  keyValues,
  messageValues,
  type NewDelivery,
} from './accept-rows.ts'
import { allOrNothing, isNothing } from './all-or-nothing.ts'
import type { StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'

const acceptAll = statement(
  'accept_at_once',
  `with fresh as materialized (
     select bool_and(coalesce(
       (select p.config_version = a.version from application p
        where p.id = a.id and p.deleted_at is null), false)) as ok
     from unnest($1::text[], $2::bigint[]) as a(id, version)),
   taken as (${insertKeys(3, 'where (select ok from fresh)')} returning 1),
   stored as (
     ${insertMessages(9, 'where (select count(*) from taken) = cardinality($3::text[])')}
     returning 1),
   added as (
     ${insertDeliveries(21, 'where (select count(*) from stored) = cardinality($9::text[])')}
     returning 1)
   ${allOrNothing(
     '(select ok from fresh)',
     '(select count(*) from stored) = cardinality($9::text[])',
     '(select count(*) from added) = cardinality($21::text[])',
   )}`,
)

/** Whether nothing in the input needs a step of its own. */
export function isPlain({ message, deliveries }: AcceptInput): boolean {
  return message.eventId === null && !deliveries.some(({ ordered }) => ordered)
}

/** False: nothing was written, and the inputs are to be taken step by step. */
export async function acceptAtOnce(
  database: Database,
  time: StoreTime,
  inputs: readonly AcceptInput[],
): Promise<boolean> {
  const versions = new Map<string, number>()
  for (const { message, configVersion } of inputs) {
    const other = versions.get(message.applicationId)
    if (other !== undefined && other !== configVersion) return false
    versions.set(message.applicationId, configVersion)
  }
  const keyed = inputs.filter(({ idempotency }) => idempotency !== null).sort(byKey)
  const deliveries = inputs.flatMap((input) =>
    input.deliveries.map((delivery): NewDelivery => ({ input, delivery, sequence: null })),
  )
  try {
    await database.seek(acceptAll, [
      [...versions.keys()],
      [...versions.values()],
      ...keyValues(keyed),
      ...messageValues(inputs.map(({ message }) => message)),
      ...deliveryValues(deliveries),
      time.parameter(inputs[0]?.now ?? 0),
    ])
    return true
  } catch (cause) {
    if (isNothing(cause)) return false
    throw cause
  }
}

/** As every batch takes its keys, so that two do not deadlock. */
function byKey(a: AcceptInput, b: AcceptInput): number {
  return keyName(a) < keyName(b) ? -1 : 1
}

function keyName({ message, idempotency }: AcceptInput): string {
  return `${message.applicationId} ${idempotency?.key}`
}
