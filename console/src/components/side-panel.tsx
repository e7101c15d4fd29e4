import { X } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useT } from '../i18n.tsx'
import { IconButton } from './button.tsx'

/** Beside the list on a wide screen, over it on a narrower one, all of it on a phone. */
export function SidePanel(props: {
  readonly label: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const t = useT()
  const { onClose } = props
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (document.querySelector('dialog[open], [role=menu]') === null) onClose()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [onClose])
  return (
    <aside
      aria-label={props.label}
      className="relative w-[26rem] max-w-full flex-none overflow-auto border-line border-l bg-surface max-lg:absolute max-lg:inset-y-0 max-lg:right-0 max-lg:z-30 max-lg:shadow-xl max-md:w-full lg:w-[30rem]"
    >
      <div className="sticky top-0 z-20 flex h-0 justify-end">
        <IconButton className="m-2 bg-surface" label={t('action.close')} onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      {props.children}
    </aside>
  )
}
