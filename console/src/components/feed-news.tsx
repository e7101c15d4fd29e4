import { useFormats, useT } from '../i18n.tsx'
import { announce } from './toast.tsx'

/** What came while the reader was further down, or had rows in hand: shown when they say so. */
export function FeedNews(props: {
  readonly feed: {
    readonly waiting: number
    readonly waitingMore: boolean
    readonly showWaiting: () => void
  }
}) {
  const t = useT()
  const formats = useFormats()
  const { waiting, waitingMore, showWaiting } = props.feed
  if (waiting === 0) return null
  return (
    <div className="relative z-30 h-0 self-center">
      <button
        type="button"
        className="btn btn-primary -mt-1 rounded-[15px] shadow-lg"
        onClick={() => {
          showWaiting()
          announce(t('feed.shown'))
        }}
      >
        {t('feed.waiting', {
          ...{ count: waiting, amount: `${formats.number(waiting)}${waitingMore ? '+' : ''}` },
        })}{' '}
        ↑
      </button>
    </div>
  )
}
