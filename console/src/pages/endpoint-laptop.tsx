/** How events come to the developer's own machine: a command, not a URL. */
import { Laptop as LaptopIcon } from 'lucide-react'
import { useState } from 'react'
import { Button, CopyButton } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }

export function Laptop(props: { readonly application: string }) {
  const w = useWords(words)
  const [open, setOpen] = useState(false)
  const command = `npx posthorn listen 3000 --app ${shellQuoted(props.application)}`
  return (
    <>
      <Button aria-expanded={open} onClick={() => setOpen(!open)}>
        <LaptopIcon size={14} aria-hidden /> {w('laptop.button')}
      </Button>
      {open && (
        <div className="flex w-full flex-col gap-2 rounded-md border border-line p-3">
          <p className="text-ink-2">{w('laptop.text')}</p>
          <span className="flex max-w-full items-center self-start rounded-md bg-sunken pl-2.5">
            <code className="overflow-x-auto whitespace-nowrap">{command}</code>
            <CopyButton text={command} />
          </span>
        </div>
      )}
    </>
  )
}
