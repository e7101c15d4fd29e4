/** Counts of the newest deliveries of all applications that fit: read as their list is, page by page. */
import type Type from 'typebox'
import { overallCountMax, type summarizeAllDeliveries } from '../contract/overall.ts'
import { lookBounds } from '../contract/sought.ts'
import { idTime } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { OverallDelivery } from '../store/port/overall.ts'
import type { Page, PageRequest } from '../store/port/page.ts'
import type { Services } from './call.ts'
import { timeText } from './times.ts'

type Counted = Type.Static<(typeof summarizeAllDeliveries)['success'][200]>

const facetMax = 100

/** As many as are counted, as far as the time reaches. */
export async function countedOverall(
  read: (page: PageRequest) => Promise<Page<OverallDelivery>>,
  { world }: Pick<Services, 'world'>,
): Promise<Counted> {
  const until = world.clock.monotonic() + lookBounds.timeMs
  const rows: OverallDelivery[] = []
  let place: string | null = null
  let done = false
  while (!done && rows.length < overallCountMax && world.clock.monotonic() < until) {
    const limit = Math.min(limits.pageMax, overallCountMax - rows.length)
    const page = await read({ limit, order: 'descending', iterator: place, backwards: false })
    rows.push(...page.items)
    place = page.scannedTo?.id ?? page.items.at(-1)?.delivery.id ?? place
    done = page.done
  }
  const since = place === null ? null : idTime(place)
  return {
    total: rows.length,
    partial: !done,
    countedSince: done || since === null ? null : timeText(since),
    facets: facetsOf(rows),
  }
}

function facetsOf(rows: readonly OverallDelivery[]): Counted['facets'] {
  const applications = new Map(rows.map(({ application }) => [application.id, application]))
  const byValue = (of: (row: OverallDelivery) => string | null) => {
    const counts = new Map<string, number>()
    for (const row of rows) {
      const value = of(row)
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, facetMax)
  }
  return {
    application: byValue(({ application }) => application.id).flatMap(({ value, count }) => {
      const found = applications.get(value as OverallDelivery['application']['id']) // its own key
      return found === undefined ? [] : [{ ...found, count }]
    }),
    state: byValue(({ delivery }) => delivery.state),
    eventType: byValue(({ eventType }) => eventType),
    answer: byValue(({ last }) =>
      last === null ? null : String(last.responseStatus || (last.errorClass ?? 0)),
    ),
  }
}
