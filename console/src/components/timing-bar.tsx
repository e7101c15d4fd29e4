import type { Timings } from '../../../src/domain/outcome.ts'
import { type MessageKey, useFormats, useT } from '../i18n.tsx'

const phases = [
  { key: 'queueMs', label: 'timing.queue', className: 'bg-mute' },
  { key: 'dnsMs', label: 'timing.dns', className: 'bg-info' },
  { key: 'connectMs', label: 'timing.connect', className: 'bg-accent' },
  { key: 'tlsMs', label: 'timing.tls', className: 'bg-warn' },
  { key: 'firstByteMs', label: 'timing.firstByte', className: 'bg-ok' },
] as const satisfies readonly {
  key: keyof Timings
  label: MessageKey
  className: string
}[]

/** Where the time of an attempt went, by phase. A phase without a value was not reached or reused. */
export function TimingBar(props: { readonly timings: Timings }) {
  const t = useT()
  const formats = useFormats()
  const { timings } = props
  const parts = phases.flatMap((phase) => {
    const ms = timings[phase.key]
    return ms === null ? [] : [{ ...phase, ms }]
  })
  const reached = parts.reduce((total, part) => total + part.ms, 0)
  const rest = timings.totalMs - (reached - (timings.queueMs ?? 0))
  const all =
    rest >= 1
      ? [
          ...parts,
          { key: 'rest', label: 'timing.rest', className: 'bg-line-strong', ms: rest } as const,
        ]
      : parts
  const whole = Math.max(
    1,
    all.reduce((total, part) => total + part.ms, 0),
  )
  return (
    <figure aria-label={t('timing.title')} className="flex flex-col gap-1.5">
      <div className="flex h-2.5 gap-px overflow-hidden rounded-sm bg-sunken" aria-hidden>
        {all.map((part) => (
          <span
            key={part.key}
            className={part.className}
            style={{ width: `${Math.max((part.ms / whole) * 100, 0.5)}%` }}
          />
        ))}
      </div>
      <figcaption className="flex flex-wrap gap-x-4 gap-y-1 text-ink-2 text-xs">
        {all.map((part) => (
          <span key={part.key} className="inline-flex items-center gap-1.5">
            <span className={`size-2 rounded-[2px] ${part.className}`} aria-hidden />
            {t(part.label)} <span className="mono">{formats.duration(part.ms)}</span>
          </span>
        ))}
        <span className="ml-auto font-[550] text-ink">
          {t('timing.total')} <span className="mono">{formats.duration(timings.totalMs)}</span>
        </span>
      </figcaption>
    </figure>
  )
}
