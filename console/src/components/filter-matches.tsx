/** Which of the newest messages a filter would let through, and what stops the others. */
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { parseFilter } from '../../../src/domain/filter.ts'
import { type FilterMiss, filterMiss } from '../../../src/domain/filter-match.ts'
import { sampleIn } from '../../../src/domain/schema/sample.ts'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { listMessages } from '../api/calls.ts'
import { useFormats, useLocalization } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useEventTypes } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }
const messagesMax = 20

interface Held {
  readonly type: string
  /** When it was taken in; null: it is an example. */
  readonly at: number | null
  readonly payload: unknown
}

export function FilterMatches(props: {
  readonly filter: Readonly<Record<string, unknown>>
  /** Null: every type. */
  readonly events: readonly string[] | null
}) {
  const w = useWords(words)
  const scope = useScope()
  const formats = useFormats()
  const { language } = useLocalization()
  const types = useEventTypes().data ?? []
  const { events } = props
  const chosen = events === null || events.length === 0 ? null : events
  const messages = useQuery({
    queryKey: ['messages', scope.application, 'newest', chosen?.join() ?? ''],
    queryFn: () =>
      listMessages(scope.application, {
        ...{ limit: messagesMax, with_content: true },
        ...(chosen === null ? {} : { event_types: chosen }),
      }),
    staleTime: 30_000,
  })
  const parsed = parseFilter(props.filter)
  if (!parsed.ok) return <p className="text-err text-xs">{parsed.fault.reason[language]}</p>
  if (messages.data === undefined) return null
  const real = messages.data.data.map((one) => ({
    type: one.eventType,
    at: Date.parse(one.timestamp),
    payload: one.payload,
  }))
  const samples = types
    .filter(({ name }) => wantsType(chosen, name))
    .flatMap(({ name, schemas }): readonly Held[] => {
      const payload = sampleIn(newestSchema(schemas))
      return payload === undefined ? [] : [{ type: name, at: null, payload }]
    })
    .slice(0, messagesMax)
  const held = real.length > 0 ? real : samples
  if (held.length === 0) return <p className="text-ink-3 text-xs">{w('filter.nothingYet')}</p>
  const judged = held.map((one) => ({ ...one, miss: filterMiss(parsed.filter, one.payload) }))
  const count = held.length
  const passed = judged.filter(({ miss }) => miss === null).length
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p role="status" className={passed === 0 ? 'text-warn' : 'text-ink-2'}>
        {w(real.length > 0 ? 'filter.matches' : 'filter.matchesSamples', { passed, count })}
      </p>
      {/* Scrolled by keyboard too. */}
      <ul
        aria-label={w('filter.list')}
        className="flex max-h-48 flex-col gap-0.5 overflow-y-auto rounded-md border border-line p-1.5"
        tabIndex={0}
      >
        {judged.map(({ type, at, miss }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: of messages that look the same
          <li key={index} className="mono flex items-start gap-1.5 text-ink-3">
            {miss === null ? (
              <CircleCheck size={13} aria-hidden className="mt-0.5 flex-none text-ok" />
            ) : (
              <CircleX size={13} aria-hidden className="mt-0.5 flex-none text-warn" />
            )}
            <span className="min-w-0 break-all">
              {at !== null && `${formats.moment(at)} `}
              {type}:{' '}
              {miss === null ? (
                w('filter.passes')
              ) : (
                <>
                  <span className="text-ink underline decoration-err">{miss.path}</span>{' '}
                  {missText(miss, w)}
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What was there, and what was wanted. */
export function missText(
  miss: FilterMiss,
  w: ReturnType<typeof useWords<typeof createEn>>,
): string {
  const wanted = JSON.stringify(miss.wanted)
  return miss.value === null
    ? w('filter.missing', { wanted })
    : w('filter.miss', { value: JSON.stringify(miss.value).slice(0, 80), wanted })
}
