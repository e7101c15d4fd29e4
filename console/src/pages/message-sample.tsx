import { useMutation, useQueryClient } from '@tanstack/react-query'
import { BookmarkPlus } from 'lucide-react'
import { createEventType, path } from '../api/calls.ts'
import { ApiError, request } from '../api/http.ts'
import type { EventTypeOut, MessageOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: messageEn, es: messageEs }

/** A schema keeps so many examples; the oldest goes. */
const examplesMax = 5

/** Puts a real payload in front of the examples of its type. */
export function UseAsSample(props: { readonly message: MessageOut }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const type = props.message.eventType
  const refresh = () => client.invalidateQueries({ queryKey: ['event-types'] })
  const refused = (error: unknown) => toastFailure(error, t)
  const use = useMutation({
    mutationFn: () => addExample(type, props.message.payload),
    onSuccess: (before) => {
      const undo = () =>
        void changeSchemas(type, before)
          .then(() => toast(w('sample.undone', { type })))
          .then(refresh, refused)
      toast(w('sample.done', { type }), before === null ? {} : { undo })
      return refresh()
    },
    onError: refused,
  })
  return (
    <Button busy={use.isPending} onClick={() => use.mutate()}>
      <BookmarkPlus size={14} aria-hidden /> {w('sample.use')}
    </Button>
  )
}

type Schemas = NonNullable<EventTypeOut['schemas']>

/** Resolves with the schemas as they were; null: the type is new. */
async function addExample(name: string, payload: unknown): Promise<Schemas | null> {
  const found = await request<EventTypeOut>(path('event-type', name)).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  })
  if (found === null) {
    const schemas = { '1': { type: 'object', examples: [payload] } }
    await createEventType({ name, description: name, schemas })
    return null
  }
  const before = found.schemas ?? {}
  const version = Object.keys(before).sort((a, b) => Number(b) - Number(a))[0] ?? '1'
  const schema = before[version]
  const known = typeof schema === 'object' && schema !== null ? schema : { type: 'object' }
  const examples: unknown = Reflect.get(known, 'examples')
  const others = Array.isArray(examples) ? examples : []
  const next = { ...known, examples: [payload, ...others].slice(0, examplesMax) }
  await changeSchemas(name, { ...before, [version]: next }, found.updatedAt)
  return before
}

function changeSchemas(name: string, schemas: Schemas | null, ifMatch?: string): Promise<unknown> {
  return request(path('event-type', name), {
    method: 'PATCH',
    body: { schemas },
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })
}
