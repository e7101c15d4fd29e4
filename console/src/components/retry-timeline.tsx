import { useState } from 'react'
import { useFormats } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }

/**
 * A retry schedule along time, should the first attempt fail now: a dot for each attempt, and below
 * it the clock times. Near ones are seconds apart and far ones hours: the line is logarithmic.
 */
export function RetryTimeline(props: { readonly delaysMs: readonly number[] }) {
  const w = useWords(words)
  const formats = useFormats()
  const [now] = useState(() => Date.now())
  let sum = 0
  const waits = props.delaysMs.map((delay) => {
    sum += delay
    return sum
  })
  const total = waits.at(-1) ?? 0
  const placeOf = (ms: number): number =>
    total === 0 ? 0 : (Math.log1p(ms / 1_000) / Math.log1p(total / 1_000)) * 100
  if (waits.length === 0) return <p className="text-ink-2 text-xs">{w('schedule.none')}</p>
  return (
    <div className="flex flex-col gap-1 text-xs">
      <div aria-hidden className="relative mx-1 h-4" data-retry-timeline>
        <span className="absolute inset-x-0 top-1/2 h-px bg-line-strong" />
        {[0, ...waits].map((ms, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts are known by their number
            key={at}
            className={`-ml-1 absolute top-1 size-2 rounded-full ${at === waits.length ? 'bg-err' : at === 0 ? 'bg-accent' : 'bg-warn'}`}
            style={{ left: `${placeOf(ms)}%` }}
          />
        ))}
      </div>
      <p className="text-ink-2">
        {w('schedule.ifFails')}{' '}
        <span className="mono">{waits.map((ms) => formats.moment(now + ms)).join(' · ')}</span>{' '}
        {w('schedule.givesUp', { time: formats.duration(total) })}
      </p>
    </div>
  )
}
