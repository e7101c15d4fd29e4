import { Download, X } from 'lucide-react'
import type { QueryValue } from '../api/http.ts'
import { IconButton } from '../components/button.tsx'
import { Menu } from '../components/menu.tsx'
import { errorSentence } from '../components/states.tsx'
import { announce, toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import {
  type ExportedList,
  type ExportFormat,
  type Exporting,
  exportList,
  useExporting,
} from '../state/list-export.ts'
import { useWords } from '../state/words.ts'

const words = { en: deliveryEn, es: deliveryEs }

/** All that the list's filter matches, as a file: not only the rows that are on the screen. */
export function ListExport(props: {
  readonly application: string
  readonly list: ExportedList
  readonly query: Readonly<Record<string, QueryValue>>
  /** Where the list's time begins; null: nobody chose. */
  readonly from: number | null
}) {
  const t = useT()
  const w = useWords(words)
  const { application, list, query } = props
  const exporting = useExporting(application, list)
  const start = async (format: ExportFormat): Promise<void> => {
    announce(w('export.started'))
    const end = await exportList({ application, list, query, format })
    if (end.kind === 'failed') toast(errorSentence(end.error, t), { tone: 'err' })
    else if (end.kind === 'stopped') toast(w('export.canceled'))
    else toast(w(end.cut ? 'export.cut' : 'export.done', { count: end.rows }))
  }
  if (exporting !== null) return <Progress exporting={exporting} from={props.from} />
  return (
    <Menu
      label={<Download size={14} aria-hidden />}
      accessibleLabel={w('export.open')}
      items={[
        { id: 'csv', label: 'CSV', onSelect: () => void start('csv') },
        { id: 'ndjson', label: 'NDJSON', onSelect: () => void start('ndjson') },
      ]}
    />
  )
}

/** How far back it is, as a share where the list has a beginning, and the lever to stop it. */
function Progress(props: { readonly exporting: Exporting; readonly from: number | null }) {
  const w = useWords(words)
  const formats = useFormats()
  const { exporting, from } = props
  const { rows, reachedAt, startedAt, waiting } = exporting
  const share =
    from === null || reachedAt === null || startedAt <= from
      ? null
      : Math.min(1, (startedAt - reachedAt) / (startedAt - from))
  const time = formats.moment(reachedAt ?? startedAt)
  return (
    <span className="flex items-center gap-2 text-ink-2 tabular-nums">
      <span
        role="progressbar"
        aria-label={w('export.progress')}
        aria-valuetext={w('export.rows', { count: rows, time })}
        {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
        className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken"
      >
        <span
          className={`block h-full bg-accent ${share === null ? 'w-1/3 animate-pulse' : ''}`}
          style={share === null ? {} : { width: `${share * 100}%` }}
        />
      </span>
      <span className="max-sm:sr-only">
        {waiting ? w('export.waiting') : w('export.rows', { count: rows, time })}
      </span>
      <IconButton label={w('export.stop')} onClick={exporting.stop}>
        <X size={15} aria-hidden />
      </IconButton>
    </span>
  )
}
