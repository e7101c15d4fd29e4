import { Download, X } from 'lucide-react'
import type { QueryValue } from '../api/http.ts'
import { Button, IconButton } from '../components/button.tsx'
import { Menu } from '../components/menu.tsx'
import { toastFailure } from '../components/states.tsx'
import { announce, toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import type { ExportedList, ExportFormat, KeptExport } from '../state/kept-exports.ts'
import {
  discardExport,
  type ExportEnd,
  type Exporting,
  exportList,
  resumeExport,
  useExporting,
  useUnfinished,
} from '../state/list-export.ts'
import { useWords } from '../state/words.ts'

const words = { en: deliveryEn, es: deliveryEs }

/** All that the list's filter matches, as a file: not only the rows that are on the screen. */
export function ListExport(props: {
  /** Empty for what is of the organisation. */
  readonly application: string
  readonly list: ExportedList
  readonly query: Readonly<Record<string, QueryValue>>
  /** Where the list's time begins; null: nobody chose. */
  readonly from: number | null
}) {
  const w = useWords(words)
  const { application, list, query } = props
  const exporting = useExporting(application, list)
  const unfinished = useUnfinished(application, list)
  const tell = useExportWords()
  const started = async (ending: Promise<ExportEnd>): Promise<void> => {
    tell.begun()
    tell.ended(await ending)
  }
  const start = (format: ExportFormat): void =>
    void started(exportList({ application, list, query, format }))
  if (exporting !== null) {
    return <ExportProgress exporting={exporting} from={props.from} forwards={list === 'audit'} />
  }
  if (unfinished !== null) {
    return <Unfinished kept={unfinished} onGoOn={() => void started(resumeExport(unfinished))} />
  }
  return (
    <Menu
      label={<Download size={14} aria-hidden />}
      accessibleLabel={w('export.open')}
      items={[
        { id: 'csv', label: 'CSV', onSelect: () => start('csv') },
        { id: 'ndjson', label: 'NDJSON', onSelect: () => start('ndjson') },
      ]}
    />
  )
}

/** Says that an export has begun, and how it ended. */
export function useExportWords() {
  const t = useT()
  const w = useWords(words)
  return {
    begun: () => announce(w('export.started')),
    ended(end: ExportEnd): void {
      if (end.kind === 'failed') toastFailure(end.error, t)
      else if (end.kind === 'stopped') toast(w('export.canceled'))
      else if (end.kind === 'taken') toast(w('export.taken'))
      else toast(w(end.cut ? 'export.cut' : 'export.done', { count: end.rows }))
    },
  }
}

/** One whose tab was closed, or whose server stayed away: it goes on, or is dropped. */
function Unfinished(props: { readonly kept: KeptExport; readonly onGoOn: () => void }) {
  const w = useWords(words)
  const formats = useFormats()
  const { format, rows, startedAt } = props.kept
  return (
    <span className="flex flex-wrap items-center gap-2 text-ink-2 tabular-nums">
      <span>
        {w('export.unfinished', {
          ...{ format: format.toUpperCase(), count: rows },
          time: formats.moment(startedAt),
        })}
      </span>
      <Button onClick={props.onGoOn}>
        <Download size={14} aria-hidden /> {w('export.goOn')}
      </Button>
      <IconButton label={w('export.discard')} onClick={() => void discardExport(props.kept)}>
        <X size={15} aria-hidden />
      </IconButton>
    </span>
  )
}

/** How far back it is, as a share where the list has a beginning, and the lever to stop it. */
export function ExportProgress(props: {
  readonly exporting: Exporting
  readonly from: number | null
  /** From the oldest on; the others go back from now. */
  readonly forwards?: boolean
}) {
  const w = useWords(words)
  const formats = useFormats()
  const { exporting, from, forwards = false } = props
  const { rows, reachedAt, startedAt, waiting } = exporting
  const gone = (at: number, since: number): number => (forwards ? at - since : startedAt - at)
  const share =
    from === null || reachedAt === null || startedAt <= from
      ? null
      : Math.min(1, gone(reachedAt, from) / (startedAt - from))
  const told = { count: rows, time: formats.moment(reachedAt ?? startedAt) }
  const soFar =
    forwards && reachedAt === null
      ? w('export.started')
      : w(forwards ? 'export.rowsUpTo' : 'export.rows', told)
  return (
    <span className="flex items-center gap-2 text-ink-2 tabular-nums">
      <span
        role="progressbar"
        aria-label={w('export.progress')}
        aria-valuetext={soFar}
        {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
        className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken"
      >
        <span
          className={`block h-full bg-accent ${share === null ? 'w-1/3 animate-pulse' : ''}`}
          style={share === null ? {} : { width: `${share * 100}%` }}
        />
      </span>
      <span className="max-sm:sr-only">{waiting ? w('export.waiting') : soFar}</span>
      <IconButton label={w('export.stop')} onClick={exporting.stop}>
        <X size={15} aria-hidden />
      </IconButton>
    </span>
  )
}
