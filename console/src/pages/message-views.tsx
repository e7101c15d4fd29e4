import { Link } from '@tanstack/react-router'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { messageView, messageViews } from '../state/message-filter.ts'
import type { Search } from '../state/search.ts'
import { useWords } from '../state/words.ts'

const words = { en: messageEn, es: messageEs }

export function useMessageWords() {
  return useWords(words)
}

/** The lists that the server has of its own: links, so that each opens in another tab too. */
export function MessageViews(props: { readonly search: Search; readonly to: string }) {
  const w = useMessageWords()
  const { view: _view, sel: _sel, ...kept } = props.search
  const current = messageView(props.search)
  return (
    <nav aria-label={w('views.label')} className="flex flex-wrap gap-1 px-5 pt-3 max-sm:px-3">
      {[null, ...messageViews].map((view) => (
        <Link
          key={view ?? 'all'}
          to={props.to}
          search={(view === null ? kept : { ...kept, view }) as never} // routes are not typed here
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
