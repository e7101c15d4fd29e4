/** Whether an example of one's own would pass a payload filter, and what stops it. */
import { useState } from 'react'
import { parseFilter } from '../../../src/domain/filter.ts'
import { filterMiss } from '../../../src/domain/filter-match.ts'
import { sampleIn } from '../../../src/domain/schema/sample.ts'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useEventTypes } from '../state/data.ts'
import { useWords } from '../state/words.ts'
import { Field } from './field.tsx'
import { missText } from './filter-matches.tsx'

const words = { en: createEn, es: createEs }

export function FilterExample(props: {
  readonly filter: Readonly<Record<string, unknown>>
  readonly events: readonly string[] | null
}) {
  const w = useWords(words)
  const types = useEventTypes().data ?? []
  const [typed, setTyped] = useState<string | null>(null)
  const chosen = props.events === null || props.events.length === 0 ? null : props.events
  const sample = types
    .filter(({ name }) => wantsType(chosen, name))
    .map(({ schemas }) => sampleIn(newestSchema(schemas)))
    .find((payload) => payload !== undefined)
  const text = typed ?? JSON.stringify(sample ?? {}, null, 2)
  return (
    <details>
      <summary className="w-fit rounded-sm text-ink-2 text-xs">{w('example.try')}</summary>
      <div className="flex flex-col gap-1 pt-1.5">
        <Field label={w('example.payload')}>
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-28"
              spellCheck={false}
              value={text}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <Verdict filter={props.filter} text={text} />
      </div>
    </details>
  )
}

function Verdict(props: {
  readonly filter: Readonly<Record<string, unknown>>
  readonly text: string
}) {
  const w = useWords(words)
  const parsed = parseFilter(props.filter)
  if (!parsed.ok) return null // the line above says why
  let payload: unknown
  try {
    payload = JSON.parse(props.text)
  } catch {
    return (
      <p role="status" className="text-err text-xs">
        {w('example.notJson')}
      </p>
    )
  }
  const miss = filterMiss(parsed.filter, payload)
  return (
    <p role="status" className={`break-words text-xs ${miss === null ? 'text-ok' : 'text-warn'}`}>
      {miss === null
        ? w('example.passes')
        : `${w('example.stops')} ${miss.path} ${missText(miss, w)}`}
    </p>
  )
}
