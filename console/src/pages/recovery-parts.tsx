/** The preview of a recovery, and the care that it is done with. */
import { usualRate } from '../../../src/domain/recovery.ts'
import type { EndpointOut } from '../api/model.ts'
import type { Preview, RecoveryCare } from '../api/recovery-calls.ts'
import { SelectField, Toggle } from '../components/field.tsx'
import { Notice } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { endpointName } from '../state/data.ts'
import { useSession } from '../state/session.tsx'
import { useWords } from '../state/words.ts'

const words = { en: recoveryEn, es: recoveryEs }

const rates = ['1', '5', '20', '50', '100', '500'] as const
const shares = ['0.05', '0.2', '0.5'] as const
export const typesShown = 8

export function CareFields(props: {
  readonly care: RecoveryCare
  readonly onChange: (care: RecoveryCare) => void
}) {
  const w = useWords(words)
  const formats = useFormats()
  const { care, onChange } = props
  return (
    <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
      <Toggle
        label={w('recovery.skip')}
        help={w('recovery.skipHelp')}
        checked={care.skipDelivered}
        onChange={(skipDelivered) => onChange({ ...care, skipDelivered })}
      />
      <Toggle
        label={w('recovery.probe')}
        help={w('recovery.probeHelp')}
        checked={care.probe}
        onChange={(probe) => onChange({ ...care, probe })}
      />
      <SelectField
        label={w('recovery.rate')}
        value={care.rate === null ? 'fast' : String(care.rate)}
        options={[
          { value: 'usual', label: w('care.usual', { rate: usualRate }) },
          ...rates.map((rate) => ({ value: rate, label: w('recovery.perSecond', { rate }) })),
          { value: 'fast', label: w('recovery.asFast') },
        ]}
        onChange={(rate) => onChange({ ...care, rate: rateOf(rate) })}
      />
      <SelectField
        label={w('recovery.stopAbove')}
        value={care.stopAbove === null ? 'never' : String(care.stopAbove)}
        options={[
          ...shares.map((share) => ({ value: share, label: formats.percent(Number(share), 0) })),
          { value: 'never', label: w('recovery.neverStop') },
        ]}
        onChange={(share) =>
          onChange({ ...care, stopAbove: share === 'never' ? null : Number(share) })
        }
      />
    </div>
  )
}

function rateOf(text: string): RecoveryCare['rate'] {
  if (text === 'fast') return null
  return text === 'usual' ? text : Number(text)
}

/** Whether who signed in is told of the job's end; nothing for others, who have no address. */
export function NotifyField(props: {
  readonly checked: boolean
  readonly onChange: (on: boolean) => void
}) {
  const w = useWords(words)
  const user = useSession()?.user ?? null
  if (user === null) return null
  return (
    <Toggle
      label={w('care.notify')}
      help={w('care.notifyHelp', { address: user.email })}
      checked={props.checked}
      onChange={props.onChange}
    />
  )
}

/** How long it takes, an endpoint after the other; null: as fast as they are answered. */
function durationMs(
  { endpoints }: Preview,
  care: RecoveryCare,
  known: ReadonlyMap<string, EndpointOut>,
): number | null {
  const { rate } = care
  if (rate === null) return null
  return endpoints.reduce((sum, { endpointId, matching, alreadyDelivered, onTheWay }) => {
    const limit = known.get(endpointId)?.throttleRate ?? null
    const there = rate === 'usual' ? (limit === null ? usualRate : limit / 2) : rate
    const count = care.skipDelivered ? matching - alreadyDelivered - onTheWay : matching
    return sum + (count / there) * 1_000
  }, 0)
}

export function PreviewFacts(props: {
  readonly preview: Preview
  readonly care: RecoveryCare
  readonly endpoints: ReadonlyMap<string, EndpointOut>
}) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const { preview, care, endpoints } = props
  if (preview.matching === 0) return <p className="text-ink-2">{w('recovery.nothing')}</p>
  const count = care.skipDelivered ? preview.toSend : preview.matching
  const more = preview.complete ? '' : '+'
  const takesMs = durationMs(preview, care, endpoints)
  const held = preview.endpoints.filter(({ endpointId }) => {
    const endpoint = endpoints.get(endpointId)
    return endpoint?.disabled === true || endpoint?.paused === true
  })
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        <Figure label={w('recovery.toSend')} value={formats.number(count) + more} strong />
        <Figure label={w('recovery.matching')} value={formats.number(preview.matching) + more} />
        <Figure label={w('recovery.already')} value={formats.number(preview.alreadyDelivered)} />
        <Figure label={w('recovery.onTheWay')} value={formats.number(preview.onTheWay)} />
      </dl>
      {preview.oldest !== null && preview.newest !== null && (
        <p className="text-ink-2">
          {w('recovery.span')} <Time at={preview.oldest} /> – <Time at={preview.newest} />
          {takesMs !== null && count > 0 && (
            <> · {w('recovery.ends', { time: formats.duration(takesMs) })}</>
          )}
        </p>
      )}
      <div className="grid gap-6 sm:grid-cols-2">
        <Counts
          title={t('column.endpoint')}
          rows={preview.endpoints.map((each) => [
            endpointName(endpoints.get(each.endpointId), each.endpointId),
            care.skipDelivered
              ? each.matching - each.alreadyDelivered - each.onTheWay
              : each.matching,
          ])}
        />
        <Counts
          title={t('column.type')}
          rows={preview.eventTypes.slice(0, typesShown).map((each) => [each.name, each.count])}
        />
      </div>
      {held.length > 0 && (
        <Notice
          tone="warn"
          title={w('recovery.held', {
            endpoints: held
              .map(({ endpointId }) => endpointName(endpoints.get(endpointId), endpointId))
              .join(', '),
          })}
        />
      )}
    </div>
  )
}

export function Figure(props: {
  readonly label: string
  readonly value: string
  readonly strong?: boolean
}) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-ink-3 text-xs">{props.label}</dt>
      <dd
        className={`tabular-nums ${props.strong === true ? 'font-[600] text-2xl' : 'text-ink-2 text-xl'}`}
      >
        {props.value}
      </dd>
    </div>
  )
}

export function Counts(props: {
  readonly title: string
  readonly rows: readonly (readonly [name: string, count: number])[]
}) {
  const formats = useFormats()
  const most = Math.max(1, ...props.rows.map(([, count]) => count))
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{props.title}</th>
          <th aria-hidden className="w-1/3" />
          <th className="w-px" />
        </tr>
      </thead>
      <tbody>
        {props.rows.map(([name, count]) => (
          <tr key={name}>
            <td className="break-all">{name}</td>
            <td aria-hidden className="align-middle">
              <span
                className="block h-1.5 rounded-full bg-accent opacity-60"
                style={{ width: `${(count / most) * 100}%` }}
              />
            </td>
            <td className="mono text-right">{formats.number(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
