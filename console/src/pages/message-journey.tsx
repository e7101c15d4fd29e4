import type { MessageOut } from '../api/model.ts'
import { Time } from '../components/time.tsx'
import { useFormats } from '../i18n.tsx'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { useWords } from '../state/words.ts'
import { useRouting } from './message-routing.tsx'

const words = { en: messageEn, es: messageEs }

/** What became of the message before anybody got it: accepted, looked at for each endpoint. */
export function Journey(props: {
  readonly message: MessageOut
  /** Endpoints that it is for; null: not known yet. */
  readonly taken: number | null
}) {
  const w = useWords(words)
  const formats = useFormats()
  const { message, taken } = props
  const routing = useRouting(message)
  return (
    <ol
      aria-label={w('journey.title')}
      className="flex flex-col gap-1 border-line-strong border-l-2 pl-3"
    >
      <li className="flex flex-wrap gap-x-2">
        <span className="mono text-ink-2">
          <Time at={message.timestamp} plain />
        </span>
        {w('journey.accepted')}
      </li>
      {message.deliverAt != null && (
        <li>{w('journey.due', { at: formats.moment(Date.parse(message.deliverAt)) })}</li>
      )}
      {routing.data !== undefined && taken !== null && (
        <li>{w('journey.routed', { count: routing.data.endpoints.length, taken })}</li>
      )}
    </ol>
  )
}
