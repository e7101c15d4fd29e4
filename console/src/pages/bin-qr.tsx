import { QrCode } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { IconButton } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: binEn, es: binEs }

const QrPicture = lazy(async () => ({
  default: (await import('../components/qr-picture.tsx')).QrPicture,
}))

/** The address of a bin for the camera of a phone. */
export function BinQr(props: { readonly url: string }) {
  const w = useWords(words)
  const [open, setOpen] = useState(false)
  const { hostname } = new URL(props.url)
  return (
    <>
      <IconButton label={w('bin.qr')} onClick={() => setOpen(true)}>
        <QrCode size={14} aria-hidden />
      </IconButton>
      {open && (
        <Dialog title={w('bin.qr')} copyAs={null} onClose={() => setOpen(false)}>
          <div className="flex flex-col items-center gap-3 text-center">
            <Suspense>
              <QrPicture text={props.url} label={w('bin.qrOf', { url: props.url })} />
            </Suspense>
            <p className="mono break-all">{props.url}</p>
            {/^(localhost|127\.|\[::1\])/.test(hostname) && (
              <p className="text-ink-3">{w('bin.qrLocal')}</p>
            )}
          </div>
        </Dialog>
      )}
    </>
  )
}
