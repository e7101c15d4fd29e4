/** How a payload filter is written: by rows, or as JSON where rows cannot say it or a person likes. */
import type { ReactNode } from 'react'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { rowsOfFilter } from '../state/filter-rows.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }

export function FilterModes(props: {
  /** Undefined: what was typed is no JSON object. */
  readonly filter: Readonly<Record<string, unknown>> | null | undefined
  readonly asJson: boolean
  readonly onChange: (asJson: boolean) => void
  readonly children: (asJson: boolean) => ReactNode
}) {
  const t = useT()
  const w = useWords(words)
  const fits = props.filter !== undefined && rowsOfFilter(props.filter) !== null
  const json = props.asJson || !fits
  const modes = [
    { name: 'rows', isJson: false, text: w('condition.rows') },
    { name: 'json', isJson: true, text: 'JSON' },
  ] as const
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-[550]">
        {t('payloadFilter.label')}
        <span className="ml-1.5 font-normal text-ink-3">{t('form.optional')}</span>
      </legend>
      <div className="flex flex-wrap items-center gap-2">
        {modes.map(({ name, isJson, text }) => (
          <button
            key={name}
            type="button"
            className="btn btn-quiet aria-pressed:bg-sunken aria-pressed:font-[550]"
            aria-pressed={json === isJson}
            disabled={!isJson && !fits}
            onClick={() => props.onChange(isJson)}
          >
            {text}
          </button>
        ))}
        {!fits && props.filter !== undefined && (
          <span className="text-ink-3 text-xs">{w('condition.onlyJson')}</span>
        )}
      </div>
      {props.children(json)}
    </fieldset>
  )
}
