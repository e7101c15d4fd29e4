import type { ErrorClass } from '../../../src/domain/outcome.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { classLabel } from '../components/class-label.ts'
import { MultiFilter } from '../components/filters.tsx'
import { TypeFilter } from '../components/type-filter.tsx'
import { useT } from '../i18n.tsx'
import { endpointName } from '../state/data.ts'
import { answersOf, type DeliveryFilter, familyOf } from '../state/delivery-filter.ts'
import {
  type DeliveryStatus,
  deliveryStatuses,
  statesOf,
  statusLooks,
  statusOf,
} from '../state/delivery-status.ts'
import type { Facets } from '../state/delivery-summary.ts'
import { joined } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'

/** Status, type and endpoint; each choice is in the URL. */
export function DeliveryFilters(props: {
  readonly filter: DeliveryFilter
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly fixedEndpoint: string | null
  /** How many there are of each value; null: unknown. */
  readonly facets?: Facets | null
  /** Rows whose last answers are offered to choose from. */
  readonly rows?: readonly DeliveryOut[]
}) {
  const t = useT()
  const [, change] = useUrlState()
  const { filter, facets = null, rows = [] } = props
  const answers = facets?.answer ?? []
  const found = [
    ...rows.flatMap(({ lastAttempt }) => lastAttempt?.responseStatusCode ?? []),
    ...answers.flatMap(({ value }) => (/^\d+$/.test(value) ? Number(value) : [])),
  ]
  const codes = [...new Set([...found, ...filter.codes])].sort((a, b) => a - b)
  const families = [
    ...new Set([...codes.filter(hasFamily).map(familyOf), ...filter.families]),
  ].sort()
  const failing = rows.flatMap(({ lastAttempt }) => lastAttempt?.errorClass ?? [])
  const unanswered = answers.flatMap(({ value }) => (/^\d+$/.test(value) ? [] : value))
  const told = new Set<string>([...failing, ...unanswered])
  const classes = [...new Set([...told, ...filter.classes])].sort()
  const nameOf = (one: string): string => (told.has(one) ? classLabel(one as ErrorClass, t) : one) // the server has classes only, a URL anything
  const answerCount = (one: string) => answers.find(({ value }) => value === one)?.count
  const familyCount = (family: string) => {
    const among = answers.filter(({ value }) => familyOf(Number(value)) === family)
    return among.length === 0 ? undefined : among.reduce((sum, { count }) => sum + count, 0)
  }
  return (
    <>
      <MultiFilter
        label={t('filter.status')}
        values={filter.statuses}
        options={deliveryStatuses.map((status) => ({
          value: status,
          label: t(statusLooks[status].label),
          count: statusCount(facets, status, props.endpoints),
        }))}
        countedSince={facets?.since.state}
        onChange={(values) => change({ status: joined(values) })}
      />
      <TypeFilter
        values={filter.types}
        counts={facets?.eventType}
        countedSince={facets?.since.eventType}
      />
      {props.fixedEndpoint === null && (
        <MultiFilter
          label={t('filter.endpoint')}
          values={filter.endpoints}
          options={[...props.endpoints.values()].map((endpoint) => ({
            value: endpoint.id,
            label: endpointName(endpoint),
            count: facets?.endpointId.find(({ value }) => value === endpoint.id)?.count,
          }))}
          countedSince={facets?.since.endpointId}
          onChange={(values) => change({ endpoint: joined(values) })}
        />
      )}
      {codes.length + families.length + classes.length > 0 && (
        <MultiFilter
          label={t('column.response')}
          values={answersOf(filter)}
          options={[
            ...families.map((one) => ({ value: one, label: one, count: familyCount(one) })),
            ...codes.map((code) => ({
              value: String(code),
              label: code === 0 ? t('attempt.noAnswer') : String(code),
              count: answerCount(String(code)),
            })),
            ...classes.map((one) => ({ value: one, label: nameOf(one), count: answerCount(one) })),
          ]}
          countedSince={facets?.since.answer}
          onChange={(values) => change({ code: joined(values) })}
        />
      )}
    </>
  )
}

/** 0 is no answer. */
const hasFamily = (code: number): boolean => code >= 100

/** What waits is one state for the server; which kind it is, its endpoint and its attempts say. */
function statusCount(
  facets: Facets | null,
  status: DeliveryStatus,
  endpoints: ReadonlyMap<string, EndpointOut>,
): number | undefined {
  if (facets === null) return undefined
  const state = statesOf[status]
  if (state !== 'pending') {
    return facets.state.find(({ value }) => value === state)?.count ?? 0
  }
  return facets.waiting
    .filter(({ endpointId, attempted }) => {
      const delivery = { state, attemptCount: attempted ? 1 : 0 } as const
      return statusOf(delivery, endpoints.get(endpointId)) === status
    })
    .reduce((sum, { count }) => sum + count, 0)
}
