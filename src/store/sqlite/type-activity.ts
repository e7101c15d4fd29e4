import { idAtTime, idTime } from '../../domain/ids.ts'
import type { TypeActivityStore, TypeVolume } from '../port/type-activity.ts'
import type { Database } from './database.ts'

type Input<Name extends keyof TypeActivityStore> = Parameters<TypeActivityStore[Name]>[0]

const selectMark = `
  select seq
  from list_progress
  where source = 'message'`

// The list up to a mark and the tail above it: none is counted twice, also while the list grows.
const countListed = `
  select count(*) as count, min(id) as oldest
  from (
    select id
    from message_type_list
    where application_id = ?1 and event_type = ?2 and id >= ?3 and id < ?4 and seq <= ?5
    order by id desc
    limit ?6)`

// The slice is told from the id, as in the list: by its clock a message may lie beside it.
const selectTail = `
  select id, event_type
  from message not indexed
  where seq > ?1 and application_id = ?2 and +id >= ?3 and +id < ?4
    and event_type in (select value from json_each(?5))`

const newestOfTail = `
  select seq, event_type
  from message not indexed
  where seq > ?1 and application_id = ?2 and event_type in (select value from json_each(?3))
  order by seq desc`

const newestListed = `
  select seq
  from message_type_list
  where application_id = ?1 and event_type = ?2 and seq <= ?3
  order by id desc
  limit ?4`

const selectPayload = `
  select payload
  from message
  where seq = ? and payload is not null and length(payload) <= ?`

export function typeVolume(db: Database, input: Input<'typeVolume'>): readonly TypeVolume[] {
  const { applicationId, eventTypes, since, until, sliceMs } = input
  const mark = db.row<{ seq: number }>(selectMark)?.seq ?? 0
  const slices = Math.ceil((until - since) / sliceMs)
  const most = Math.ceil(input.rowsMax / slices / Math.max(eventTypes.length, 1))
  const edge = (ms: number): string => idAtTime('message', ms)
  const tail = new Map<string, number>()
  const recent = db.rows<{ id: string; event_type: string }>(
    selectTail,
    ...[mark, applicationId, edge(since), edge(until), JSON.stringify(eventTypes)],
  )
  for (const { id, event_type } of recent) {
    const key = keyOf(event_type, Math.floor(((idTime(id) ?? since) - since) / sliceMs))
    tail.set(key, (tail.get(key) ?? 0) + 1)
  }
  return eventTypes.flatMap((eventType) =>
    Array.from({ length: slices }, (_, slice) => {
      const from = since + slice * sliceMs
      const listed = db.row<{ count: number; oldest: string | null }>(
        countListed,
        ...[applicationId, eventType, edge(from), edge(Math.min(from + sliceMs, until))],
        ...[mark, most],
      )
      const count = listed?.count ?? 0
      const countedSince = count < most ? from : (idTime(listed?.oldest ?? '') ?? from)
      return {
        eventType,
        slice,
        count: count + (tail.get(keyOf(eventType, slice)) ?? 0),
        countedSince,
      }
    }).filter((one) => one.count > 0),
  )
}

const keyOf = (eventType: string, slice: number): string => `${slice} ${eventType}`

export function newestPayloads(
  db: Database,
  input: Input<'newestPayloads'>,
): readonly { readonly eventType: string; readonly payload: Uint8Array }[] {
  const { applicationId, eventTypes, each, bytesEach } = input
  const mark = db.row<{ seq: number }>(selectMark)?.seq ?? 0
  const tail = Map.groupBy(
    db.rows<{ seq: number; event_type: string }>(
      newestOfTail,
      ...[mark, applicationId, JSON.stringify(eventTypes)],
    ),
    (row) => row.event_type,
  )
  return eventTypes.flatMap((eventType) => {
    const recent = (tail.get(eventType) ?? []).slice(0, each)
    const listed = db.rows<{ seq: number }>(
      newestListed,
      ...[applicationId, eventType, mark, each - recent.length],
    )
    return [...recent, ...listed].flatMap(({ seq }) => {
      const row = db.row<{ payload: Uint8Array }>(selectPayload, seq, bytesEach)
      return row === undefined ? [] : [{ eventType, payload: row.payload }]
    })
  })
}
