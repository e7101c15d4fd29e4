import { type ReactNode, useState } from 'react'

/** A section that few change: closed unless something is set in it, with what holds beside its title. */
export function Folded(props: {
  readonly title: string
  readonly description: ReactNode
  /** What holds now, in a few words. */
  readonly value: string
  /** At first; then it is as the reader left it. */
  readonly open: boolean
  readonly children: ReactNode
}) {
  const [open] = useState(props.open)
  return (
    <section aria-label={props.title}>
      <details open={open}>
        <summary className="w-fit max-w-full rounded-sm">
          <h2 className="inline text-base">{props.title}</h2>
          <span className="ml-3 break-words text-ink-2 text-xs">{props.value}</span>
        </summary>
        <p className="mt-1 mb-3 text-ink-3">{props.description}</p>
        <div className="flex flex-col gap-3">{props.children}</div>
      </details>
    </section>
  )
}
