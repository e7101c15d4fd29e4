import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import { sendEn } from '../messages/send-en.ts'
import { sendEs } from '../messages/send-es.ts'
import { checkedCharsMax, type SchemaFault, schemaFaults } from '../state/schema-check.ts'
import { useWords } from '../state/words.ts'

const words = { en: sendEn, es: sendEs }

/** Whether a payload fits its type's schema, and where it does not. Nothing without a schema. */
export function SchemaVerdict(props: { readonly schema: unknown; readonly text: string }) {
  const w = useWords(words)
  const { schema, text } = props
  const value = jsonOf(text)
  const found = useQuery({
    queryKey: ['schema-faults', schema, text],
    queryFn: () => schemaFaults(schema, value),
    enabled: schema !== undefined && value !== undefined,
    gcTime: 0,
    placeholderData: (before) => before, // no flicker while somebody types
  })
  const faults = found.data
  if (schema === undefined || value === undefined || faults == null) return null
  if (faults.length === 0) {
    return (
      <p className="flex items-center gap-1.5 text-ok text-xs" role="status">
        <CircleCheck size={14} aria-hidden /> {w('schema.fits')}
      </p>
    )
  }
  return (
    <div className="text-xs" role="status">
      <p className="flex items-center gap-1.5 text-warn">
        <TriangleAlert size={14} aria-hidden className="flex-none" />
        {w('schema.faults', { count: faults.length })}
      </p>
      <ul className="mt-1 flex flex-col gap-0.5">
        {faults.map((fault) => (
          <li key={`${fault.path}/${fault.keyword}`} className="break-words">
            <code>{fault.path === '' ? w('schema.root') : fault.path}</code> {sentenceOf(fault, w)}
          </li>
        ))}
      </ul>
    </div>
  )
}

const known = ['additionalProperties', 'const', 'enum', 'required', 'type'] as const

function sentenceOf(
  { keyword, wanted }: SchemaFault,
  w: ReturnType<typeof useWords<typeof sendEn>>,
) {
  const name = known.find((one) => one === keyword)
  return name === undefined
    ? w('schema.other', { keyword, wanted })
    : w(`schema.${name}`, { wanted })
}

function jsonOf(text: string): unknown {
  if (text.length > checkedCharsMax) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
