import { useFormats, useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import type { Feed } from '../state/feed.ts'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'

const words = { en: deliveryEn, es: deliveryEs }

/** More may follow: it is on its way, or was looked for in vain for a while. */
export function Looking(props: {
  readonly feed: Pick<Feed<unknown>, 'lookedTo'>
  readonly further: (() => void) | null
}) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const { further } = props
  const { lookedTo } = props.feed
  if (further === null || lookedTo === null) {
    return <p className="p-3 text-center text-ink-3">{t('state.loading')}</p>
  }
  return (
    <p className="flex flex-wrap items-center gap-2 px-5 py-2 text-ink-2 max-sm:px-3" role="status">
      {w('list.looked', { at: formats.moment(lookedTo) })}
      <Button onClick={further}>{w('list.further')}</Button>
    </p>
  )
}
