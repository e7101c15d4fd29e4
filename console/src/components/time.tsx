import { useEffect, useState } from 'react'
import { useFormats, useT } from '../i18n.tsx'
import { copyText } from './button.tsx'
import { announce } from './toast.tsx'

/** The time of now, ticking once a second while somebody looks. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (!document.hidden) setNow(Date.now())
    }, everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

/** A moment. The tooltip has the whole date with its zone; a click copies ISO 8601 with ms. */
export function Time(props: {
  readonly at: string | number
  readonly relative?: boolean
  readonly now?: number
  /** Inside rows and links, where a button cannot be. */
  readonly plain?: boolean
}) {
  const formats = useFormats()
  const t = useT()
  const ms = typeof props.at === 'number' ? props.at : Date.parse(props.at)
  const iso = new Date(ms).toISOString()
  const text =
    props.relative === true ? formats.relative(ms, props.now ?? Date.now()) : formats.moment(ms)
  const element = (
    <time dateTime={iso} title={formats.full(ms)}>
      {text}
    </time>
  )
  if (props.plain === true) return element
  return (
    <button
      type="button"
      className="cursor-copy rounded-sm hover:underline"
      aria-label={`${text}. ${t('time.copy')}`}
      onClick={() => {
        void copyText(iso).then(() => announce(t('copy.copied')))
      }}
    >
      {element}
    </button>
  )
}
