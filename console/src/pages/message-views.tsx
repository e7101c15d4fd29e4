import { Link } from '@tanstack/react-router'
import type { MessageView } from '../../../src/domain/message-marks.ts'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import type { Search } from '../state/search.ts'
import { useWords } from '../state/words.ts'

const words = { en: messageEn, es: messageEs }
const views = ['failed', 'unsubscribed', 'test'] as const satisfies readonly MessageView[]

export function useMessageWords() {
  return useWords(words)
}

/** The view that the URL names; null: all messages. */
export function messageView(search: Search): MessageView | null {
  return views.find((view) => view === search['view']) ?? null
}

/** The lists that the server has of its own: links, so that each opens in another tab too. */
export function MessageViews(props: { readonly search: Search; readonly to: string }) {
  const w = useMessageWords()
  const { where: _where, view: _view, sel: _sel, ...kept } = props.search
  const current = messageView(props.search)
  return (
    <nav aria-label={w('views.label')} className="flex flex-wrap gap-1 px-5 pt-3 max-sm:px-3">
      {[null, ...views].map((view) => (
        <Link
          key={view ?? 'all'}
          to={props.to}
          // Routes are not typed here. A search of payloads has no view, and keeps to all of them.
          search={(view === null ? kept : { ...kept, view }) as never}
          activeOptions={{ exact: true }}
          aria-current={view === current ? 'page' : undefined}
          className={`chip whitespace-nowrap ${view === current ? 'border-accent text-accent' : ''}`}
        >
          {w(`views.${view ?? 'all'}`)}
        </Link>
      ))}
    </nav>
  )
}
