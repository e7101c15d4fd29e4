import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'
import { type HeaderRow, HeaderRows } from './header-rows.tsx'

const words = { en: createEn, es: createEs }

/** Names and values of a person's own, kept with the endpoint (`metadata`). */
export function LabelRows(props: {
  readonly rows: readonly HeaderRow[]
  readonly error?: string | undefined
  readonly onChange: (rows: readonly HeaderRow[]) => void
}) {
  const w = useWords(words)
  return (
    <HeaderRows
      {...props}
      words={{
        label: w('labels.title'),
        help: w('labels.help'),
        name: w('labels.name'),
        value: w('labels.value'),
        add: w('labels.add'),
        remove: (name) => w('labels.remove', { name }),
        example: 'team',
      }}
    />
  )
}
