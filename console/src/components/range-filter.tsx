import { useT } from '../i18n.tsx'
import { isRangePreset, rangePresets } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'

/** Presets relative to now, or a span of two moments; both live in the URL. */
export function RangeFilter(props: {
  /** What counts without a word in the URL; absent: any time. */
  readonly preset?: keyof typeof rangePresets
}) {
  const t = useT()
  const [search, change] = useUrlState()
  const since = search['since']
  const custom = search['from'] !== undefined
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <label className="chip pr-1">
        <span className="text-ink-3">{t('range.label')}</span>
        <select
          className="bg-transparent py-0.5 outline-offset-4"
          value={custom ? 'custom' : isRangePreset(since) ? since : (props.preset ?? 'all')}
          onChange={(event) => {
            const value = event.target.value
            if (value === 'custom') {
              const from = new Date(Date.now() - rangePresets['24h']).toISOString()
              change({ since: undefined, from, to: undefined })
            } else {
              change({
                since: value === 'all' ? undefined : value,
                from: undefined,
                to: undefined,
              })
            }
          }}
        >
          {props.preset === undefined && <option value="all">{t('range.all')}</option>}
          {(Object.keys(rangePresets) as (keyof typeof rangePresets)[]).map((preset) => (
            <option key={preset} value={preset}>
              {t(`range.${preset}`)}
            </option>
          ))}
          <option value="custom">{t('range.custom')}</option>
        </select>
      </label>
      {custom && (
        <>
          <MomentInput label={t('range.from')} name="from" />
          <MomentInput label={t('range.to')} name="to" />
        </>
      )}
    </span>
  )
}

function MomentInput(props: { readonly label: string; readonly name: 'from' | 'to' }) {
  const [search, change] = useUrlState()
  const ms = Date.parse(search[props.name] ?? '')
  return (
    <label className="chip pr-1">
      <span className="text-ink-3">{props.label}</span>
      <input
        type="datetime-local"
        className="bg-transparent outline-offset-4"
        value={Number.isNaN(ms) ? '' : localInput(ms)}
        onChange={(event) => {
          const next = Date.parse(event.target.value)
          change({ [props.name]: Number.isNaN(next) ? undefined : new Date(next).toISOString() })
        }}
      />
    </label>
  )
}

/** `2026-11-21T04:03` in local time, as the browser's own input wants it. */
function localInput(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 16)
}
