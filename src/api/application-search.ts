/** Applications by text and by whether they need attention, for the list and its rows. */
import type Type from 'typebox'
import type { StandingOut } from '../contract/application.ts'
import type { Application } from '../domain/application.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { ApplicationStanding } from '../store/port/activity.ts'
import type { Page, PageRequest } from '../store/port/page.ts'
import type { Store } from '../store/store.ts'
import { timeText } from './times.ts'

/** Applications looked at for one page; the next page goes on where it ended. */
const scanMax = 10_000
const atOnce = 250
/** Deliveries counted as waiting, of each application. */
const waitingMax = 1_000

export interface ApplicationFilter {
  /** In the name, uid or id, whatever its case; null: any. */
  readonly text: string | null
  readonly needsAttention: boolean
}

export async function matchingApplications(
  store: Store,
  input: {
    readonly organizationId: OrganizationId
    readonly filter: ApplicationFilter
    readonly page: PageRequest
  },
): Promise<Page<Application>> {
  const { organizationId, filter, page } = input
  const found: Application[] = []
  let { iterator } = page
  let [scanned, done] = [0, false]
  while (!done && found.length < page.limit && scanned < scanMax) {
    const request = { ...page, iterator, limit: atOnce }
    const part = await store.listApplications({ organizationId, page: request })
    const matching = await only(part.items, store, { organizationId, filter })
    if (page.backwards) found.unshift(...matching)
    else found.push(...matching)
    const furthest = page.backwards ? part.items[0] : part.items.at(-1)
    iterator = furthest?.id ?? iterator
    scanned += part.items.length
    done = part.done
  }
  if (found.length > page.limit) {
    const items = page.backwards ? found.slice(-page.limit) : found.slice(0, page.limit)
    return { items, done: false }
  }
  if (done || iterator === null) return { items: found, done }
  const towards = page.backwards ? 'newer' : 'older'
  return { items: found, done, scannedTo: { id: iterator, towards } }
}

async function only(
  applications: readonly Application[],
  store: Store,
  input: { readonly organizationId: OrganizationId; readonly filter: ApplicationFilter },
): Promise<readonly Application[]> {
  const { organizationId, filter } = input
  const text = filter.text?.toLowerCase() ?? ''
  const named = applications.filter(({ id, uid, name }) =>
    [id, uid ?? '', name].some((part) => part.toLowerCase().includes(text)),
  )
  if (!filter.needsAttention || named.length === 0) return named
  const applicationIds = named.map(({ id }) => id)
  const standing = await store.applicationStanding({
    organizationId,
    applicationIds,
    waitingMax: 0,
  })
  const troubled = new Set(
    standing
      .filter(({ failing, givenUp }) => failing + givenUp > 0)
      .map(({ applicationId }) => applicationId),
  )
  return named.filter(({ id }) => troubled.has(id))
}

export async function standingOf(
  store: Store,
  input: Pick<Parameters<Store['applicationStanding']>[0], 'organizationId' | 'applicationIds'>,
): Promise<Type.Static<typeof StandingOut>> {
  const standing = await store.applicationStanding({ ...input, waitingMax })
  return { data: standing.map(standingOut) }
}

function standingOut(one: ApplicationStanding): Type.Static<typeof StandingOut>['data'][number] {
  return {
    ...one,
    failingSince: one.failingSince === null ? null : timeText(one.failingSince),
    oldestWaitingAt: one.oldestWaitingAt === null ? null : timeText(one.oldestWaitingAt),
  }
}
