import type { EndpointOut } from '../api/model.ts'
import { MultiFilter } from '../components/filters.tsx'
import { useT } from '../i18n.tsx'
import { endpointName, useEventTypes } from '../state/data.ts'
import type { DeliveryFilter } from '../state/delivery-filter.ts'
import { deliveryStatuses, statusLooks } from '../state/delivery-status.ts'
import { joined } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'

/** Status, type and endpoint; each choice is in the URL. */
export function DeliveryFilters(props: {
  readonly filter: DeliveryFilter
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly fixedEndpoint: string | null
}) {
  const t = useT()
  const [, change] = useUrlState()
  const types = useEventTypes().data ?? []
  const { filter } = props
  return (
    <>
      <MultiFilter
        label={t('filter.status')}
        values={filter.statuses}
        options={deliveryStatuses.map((status) => ({
          value: status,
          label: t(statusLooks[status].label),
        }))}
        onChange={(values) => change({ status: joined(values) })}
      />
      <MultiFilter
        label={t('filter.type')}
        values={filter.types}
        options={[...new Set([...types.map(({ name }) => name), ...filter.types])].map((name) => ({
          value: name,
          label: <span className="mono">{name}</span>,
        }))}
        onChange={(values) => change({ type: joined(values) })}
      />
      {props.fixedEndpoint === null && (
        <MultiFilter
          label={t('filter.endpoint')}
          values={filter.endpoints}
          options={[...props.endpoints.values()].map((endpoint) => ({
            value: endpoint.id,
            label: endpointName(endpoint),
          }))}
          onChange={(values) => change({ endpoint: joined(values) })}
        />
      )}
    </>
  )
}
