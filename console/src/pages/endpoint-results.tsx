/** What a job made of each endpoint: what did not go well first, with why. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { EndpointFate, Job } from '../api/recovery-calls.ts'
import { Button } from '../components/button.tsx'
import { Pill } from '../components/status.tsx'
import { useFormats } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: jobsEn, es: jobsEs }

const shownAtOnce = 50
const tones = {
  changed: 'ok',
  succeeded: 'ok',
  unchanged: 'mute',
  gone: 'mute',
  refused: 'err',
  failed: 'err',
} as const
const inOrder: readonly EndpointFate[] = [
  'refused',
  'failed',
  'changed',
  'succeeded',
  'unchanged',
  'gone',
]

type Result = NonNullable<Job['data']['results']>[number]

export function EndpointResults(props: {
  readonly results: readonly Result[]
  /** Those that it changed are not there any more. */
  readonly deleted?: boolean
}) {
  const w = useWords(words)
  const { base } = useScope()
  const [shown, setShown] = useState(shownAtOnce)
  const sorted = inOrder.flatMap((fate) => props.results.filter((one) => one.fate === fate))
  const more = sorted.length - shown
  return (
    <>
      <ul className="flex flex-col" aria-label={w('jobs.results')}>
        {sorted.slice(0, shown).map((one) => (
          <li
            key={one.id}
            className="flex min-h-[34px] flex-wrap items-center gap-x-3 gap-y-1 border-line border-b py-1 last:border-b-0"
          >
            {one.fate === 'gone' || (props.deleted === true && one.fate === 'changed') ? (
              <span className="min-w-0 flex-1 truncate">{one.name}</span>
            ) : (
              <Link to={`${base}/endpoints/${one.id}`} className="link min-w-0 flex-1 truncate">
                {one.name}
              </Link>
            )}
            {one.why !== undefined && (
              <span className="min-w-0 break-words text-ink-2 max-sm:w-full">{one.why}</span>
            )}
            <Fate result={one} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Button kind="quiet" onClick={() => setShown(shown + shownAtOnce)}>
          {w('jobs.resultsMore', { count: more })}
        </Button>
      )}
    </>
  )
}

function Fate({ result }: { readonly result: Result }) {
  const w = useWords(words)
  const formats = useFormats()
  const { fate, status, durationMs } = result
  const answered = status == null ? '' : `${status} · ${formats.duration(durationMs ?? 0)}`
  return <Pill tone={tones[fate]}>{answered || w(`fate.${fate}`, { count: 1 })}</Pill>
}
