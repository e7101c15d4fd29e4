import type { ApplicationId } from '../../domain/ids.ts'
import type { ActivityStore, ApplicationStanding } from '../port/activity.ts'
import type { Database } from './database.ts'

type Input = Parameters<ActivityStore['applicationStanding']>[0]

const countEndpoints = `
  select count(e.id) as endpoints,
    sum(e.disabled_at is null and e.paused_at is null and h.failing_since is not null) as failing,
    sum(e.disabled_at is not null and e.disabled_reason <> 'manual') as given_up,
    sum(e.disabled_at is null and e.paused_at is not null) as paused,
    min(case when e.disabled_at is null and e.paused_at is null then h.failing_since end)
      as failing_since
  from application a
  join endpoint e on e.application_id = a.id and e.deleted_at is null
  left join endpoint_health h on h.application_id = e.application_id and h.endpoint_id = e.id
  where a.organization_id = ?1 and a.id = ?2`

const countWaiting = `
  select count(*) as count
  from (
    select 1
    from delivery
    where state = 0 and application_id = ?1
    limit ?2)`

// Ids grow with time.
const oldestWaiting = `
  select created_at
  from delivery
  where state = 0 and application_id = ?1
  order by id
  limit 1`

interface Counted {
  readonly endpoints: number
  readonly failing: number | null
  readonly given_up: number | null
  readonly paused: number | null
  readonly failing_since: number | null
}

export function applicationStanding(db: Database, input: Input): readonly ApplicationStanding[] {
  return input.applicationIds.map((applicationId) => standingOf(db, input, applicationId))
}

function standingOf(
  db: Database,
  { organizationId, waitingMax }: Input,
  applicationId: ApplicationId,
): ApplicationStanding {
  const row = db.row<Counted>(countEndpoints, organizationId, applicationId)
  // Without an endpoint of its own, or not of the organisation: nothing waits that may be told.
  const known = row !== undefined && row.endpoints > 0
  const waiting = known
    ? db.row<{ count: number }>(countWaiting, applicationId, waitingMax)?.count
    : 0
  const oldest = known ? db.row<{ created_at: number }>(oldestWaiting, applicationId) : undefined
  return {
    applicationId,
    endpoints: row?.endpoints ?? 0,
    failing: row?.failing ?? 0,
    givenUp: row?.given_up ?? 0,
    paused: row?.paused ?? 0,
    failingSince: row?.failing_since ?? null,
    waiting: waiting ?? 0,
    oldestWaitingAt: oldest?.created_at ?? null,
  }
}
