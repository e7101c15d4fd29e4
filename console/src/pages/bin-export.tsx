import { Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { CapturedOut } from '../api/model.ts'
import { Button, copyText } from '../components/button.tsx'
import { Menu } from '../components/menu.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { capturedWith } from '../state/bin-export.ts'
import { download } from '../state/download.ts'
import { harOf } from '../state/har.ts'
import type { Exporting } from '../state/list-export.ts'
import { useWords } from '../state/words.ts'
import { ExportProgress, useExportWords } from './list-export.tsx'

const texts = { en: binEn, es: binEs }

/** All that the bin keeps and the search finds, as an archive that other tools open, or one JSON object a line. */
export function BinExport(props: { readonly bin: string; readonly words: string }) {
  const w = useWords(texts)
  const { bin } = props
  const { exporting, run } = useBinExport(props)
  const har = (rows: readonly CapturedOut[]) =>
    JSON.stringify(harOf(rows, location.origin), null, 2)
  if (exporting !== null) return <ExportProgress exporting={exporting} from={null} />
  return (
    <>
      <Button onClick={() => void run(async (rows) => copyText(har(rows)))}>
        <Copy size={14} aria-hidden /> {w('bin.copyHar')}
      </Button>
      <Menu
        label={w('bin.export')}
        items={[
          {
            id: 'har',
            label: w('bin.downloadHar'),
            onSelect: () =>
              void run((rows) => download(`${bin}.har`, 'application/json', har(rows))),
          },
          {
            id: 'lines',
            label: w('bin.downloadLines'),
            onSelect: () => void run((rows) => download(`${bin}.ndjson`, lines, linesOf(rows))),
          },
        ]}
      />
    </>
  )
}

const lines = 'application/x-ndjson'
const linesOf = (rows: readonly CapturedOut[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** How long it takes before its progress is shown: a short one never flickers. */
const unseenMs = 200

/** One export at a time; it ends with the page. */
function useBinExport(of: { readonly bin: string; readonly words: string }) {
  const tell = useExportWords()
  const [exporting, setExporting] = useState<Exporting | null>(null)
  const control = useRef<AbortController | null>(null)
  useEffect(() => () => control.current?.abort(), [])
  async function run(hand: (rows: readonly CapturedOut[]) => void | Promise<void>): Promise<void> {
    if (control.current !== null) return
    const own = new AbortController()
    control.current = own
    const stop = () => own.abort()
    let state: Exporting = {
      ...{ rows: 0, reachedAt: null, startedAt: Date.now(), waiting: false, stop },
    }
    const timer = window.setTimeout(() => setExporting(state), unseenMs)
    tell.begun()
    try {
      const rows = await capturedWith(of, {
        signal: own.signal,
        tell(change) {
          state = { ...state, ...change }
          setExporting((shown) => shown && state)
        },
      })
      await hand(rows)
      tell.ended({ kind: 'saved', rows: rows.length, cut: false })
    } catch (error) {
      tell.ended(own.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', error })
    } finally {
      clearTimeout(timer)
      setExporting(null)
      control.current = null
    }
  }
  return { exporting, run }
}
