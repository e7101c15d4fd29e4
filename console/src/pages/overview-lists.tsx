/** The short lists of the overview; every number leads to its deliveries. */
import { Link } from '@tanstack/react-router'
import type { EndpointOut } from '../api/model.ts'
import type { Usage } from '../api/usage-calls.ts'
import { classLabel } from '../components/class-label.ts'
import { Section } from '../components/page.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { endpointName } from '../state/data.ts'
import { rateTone } from '../state/rate.ts'
import { rangeSearch } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'

export const shownMax = 5

const answer = (code: string | null): Readonly<Record<string, string>> =>
  code === null ? {} : { code }

export function WorstEndpoints(props: {
  readonly base: string
  readonly endpoints: readonly EndpointOut[]
  readonly usage: Usage
}) {
  const t = useT()
  const formats = useFormats()
  const names = new Map(props.endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const rated = props.usage.endpoints
    .map(({ endpointId, succeeded, failed }) => ({
      endpointId,
      rate: succeeded / Math.max(1, succeeded + failed),
    }))
    .sort((a, b) => a.rate - b.rate)
    .slice(0, shownMax)
  return (
    <TopList
      title={t('overview.worst')}
      rows={rated.map(({ endpointId, rate }) => ({
        key: endpointId,
        label: endpointName(names.get(endpointId), endpointId),
        to: `${props.base}/endpoints/${endpointId}`,
        search: {},
        value: <span className={rateTone(rate)}>{formats.percent(rate, 2)}</span>,
      }))}
    />
  )
}

export function TopErrors(props: { readonly base: string; readonly usage: Usage }) {
  const t = useT()
  const formats = useFormats()
  return (
    <TopList
      title={t('overview.errors')}
      rows={props.usage.errors.slice(0, shownMax).map((error) => {
        const { responseStatusCode: status, errorClass } = error
        const label =
          status > 0 ? String(status) : errorClass === null ? '–' : classLabel(errorClass, t)
        return {
          key: `${status} ${errorClass}`,
          label,
          to: `${props.base}/deliveries`,
          search: { ...answer(status > 0 ? String(status) : errorClass) },
          value: formats.number(error.count),
        }
      })}
    />
  )
}

export function TopTypes(props: { readonly base: string; readonly usage: Usage }) {
  const t = useT()
  const formats = useFormats()
  const types = props.usage.eventTypes
    .map(({ name, succeeded, failed }) => ({ name, count: succeeded + failed }))
    .sort((a, b) => b.count - a.count)
    .slice(0, shownMax)
  return (
    <TopList
      title={t('overview.types')}
      rows={types.map(({ name, count }) => ({
        key: name,
        label: name,
        to: `${props.base}/deliveries`,
        search: { type: name },
        value: formats.number(count),
      }))}
    />
  )
}

function TopList(props: {
  readonly title: string
  readonly rows: readonly {
    readonly key: string
    readonly label: string
    readonly to: string
    readonly search: Readonly<Record<string, string>>
    readonly value: React.ReactNode
  }[]
}) {
  const t = useT()
  const [search] = useUrlState()
  const range = rangeSearch(search) // what is counted here is listed there
  return (
    <Section title={props.title}>
      {props.rows.length === 0 && <p className="text-ink-3">{t('overview.nothing')}</p>}
      <ul className="flex flex-col">
        {props.rows.map((row) => (
          <li key={row.key}>
            <Link
              to={row.to}
              search={{ ...range, ...row.search } as never} // routes are not typed here
              className="flex min-h-[30px] items-center gap-3 border-line border-b hover:bg-sunken"
            >
              <span className="min-w-0 flex-1 truncate">{row.label}</span>
              <span className="mono">{row.value}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
