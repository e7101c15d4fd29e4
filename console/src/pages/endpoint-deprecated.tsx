/** Tells whoever looks at an endpoint which of its events go out of use, and when. */
import { wantsType } from '../../../src/domain/type-rule.ts'
import type { EndpointOut } from '../api/model.ts'
import { Notice } from '../components/status.tsx'
import { useFormats } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { useEventTypes } from '../state/data.ts'

const named = 5

export function DeprecatedNotice(props: { readonly endpoint: EndpointOut }) {
  const w = useAdminT()
  const formats = useFormats()
  const types = useEventTypes()
  const wanted = props.endpoint.eventTypes ?? null
  // Whoever takes everything asked for none of them by name.
  if (w === null || wanted === null || types.data === undefined) return null
  const going = types.data.filter(({ name, deprecated }) => deprecated && wantsType(wanted, name))
  if (going.length === 0) return null
  return (
    <div className="px-5 pb-2 max-sm:px-3">
      <Notice tone="warn" title={w('eventType.goingTitle', { count: going.length })}>
        <ul>
          {going.slice(0, named).map(({ name, sunsetAt }) => (
            <li key={name}>
              <span className="mono break-all">{name}</span>
              {sunsetAt != null &&
                ` · ${w('eventType.until', { date: formats.day(Date.parse(sunsetAt)) })}`}
            </li>
          ))}
          {going.length > named && <li>+{going.length - named}</li>}
        </ul>
      </Notice>
    </div>
  )
}
