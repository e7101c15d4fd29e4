import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import type { TestResult } from '../api/profile-calls.ts'
import { useFormats } from '../i18n.tsx'
import { probeEn } from '../messages/probe-en.ts'
import { probeEs } from '../messages/probe-es.ts'
import { whyEn } from '../messages/why-en.ts'
import { whyEs } from '../messages/why-es.ts'
import { reasonOf } from '../state/reasons.ts'
import { useWords } from '../state/words.ts'

const words = { en: { ...probeEn, ...whyEn }, es: { ...probeEs, ...whyEs } }

const looks = {
  pass: [CircleCheck, 'text-ok'],
  kept: [CircleCheck, 'text-ok'],
  fail: [CircleX, 'text-err'],
  not_needed: [CircleDashed, 'text-ink-3'],
  not_reached: [CircleDashed, 'text-ink-3'],
} as const

/** The way of a test, so that a person sees at which step it ended, and why there. */
export function TestSteps(props: { readonly result: TestResult }) {
  const w = useWords(words)
  const formats = useFormats()
  const { result } = props
  const reason = reasonOf({
    errorClass: result.errorClass,
    responseStatusCode: result.responseStatusCode ?? 0,
    response: result.response,
    responseHeaders: {},
  })
  const certificate = result.certificateExpiresAt
  const details: Readonly<Record<string, string | null>> = {
    address: result.remoteAddress,
    tls:
      certificate === null
        ? null
        : w('probe.certificate', { date: formats.day(Date.parse(certificate)) }),
    answer: result.responseStatusCode === null ? null : String(result.responseStatusCode),
  }
  return (
    <ol
      aria-label={w('probe.label')}
      className="flex flex-col rounded-md border border-line bg-surface"
    >
      {result.steps.map(({ step, state, durationMs }) => {
        const [Icon, tone] = looks[state]
        return (
          <li key={step} className="flex gap-2 border-line border-b px-2.5 py-1.5 last:border-b-0">
            <Icon size={15} aria-hidden className={`mt-0.5 flex-none ${tone}`} />
            <div className="flex min-w-0 flex-1 flex-col">
              <div className="flex flex-wrap items-baseline gap-x-2">
                <span className={state === 'not_reached' ? 'text-ink-3' : ''}>
                  {w(`probe.step.${step}`)}
                </span>
                <span className={`text-xs ${tone}`}>{w(`probe.state.${state}`)}</span>
                <span className="flex-1" />
                {state !== 'not_reached' && details[step] != null && (
                  <span className="mono break-all text-ink-2 text-xs">{details[step]}</span>
                )}
                {durationMs !== null && (
                  <span className="mono text-ink-3 text-xs">{formats.duration(durationMs)}</span>
                )}
              </div>
              {state === 'fail' && (
                <>
                  <p className="font-[550]">
                    {w(reason.title, { status: String(result.responseStatusCode ?? '') })}
                  </p>
                  {result.errorClass !== null && (
                    <p className="text-ink-2 text-xs">{w(reason.cause)}</p>
                  )}
                </>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
