import { type ReactNode, useId, useRef } from 'react'
import { place } from './menu.tsx'

/** A word that says what it means: where the pointer is, and once pressed, by touch or from the keyboard. */
export function Explained(props: { readonly help: string; readonly children: ReactNode }) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        title={props.help}
        className="min-h-6 max-w-full cursor-help truncate align-middle underline decoration-dotted underline-offset-4 outline-offset-[-2px]"
      >
        {props.children}
      </button>
      <span
        id={id}
        popover="auto"
        className="overlay max-w-72 whitespace-normal px-3 py-2 text-left font-normal text-ink"
        onToggle={({ currentTarget, newState }) => {
          if (newState === 'open') place(button.current, currentTarget, 'end')
        }}
      >
        {props.help}
      </span>
    </>
  )
}
