import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { Menu } from '../components/menu.tsx'
import { errorSentence } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import { endpointName } from '../state/data.ts'
import { download } from '../state/download.ts'
import { useWords } from '../state/words.ts'

const words = { en: deliveryEn, es: deliveryEs }

/** Rows of one file; a longer list is cut, and that is said. */
const rowsMax = 50_000

type Format = 'csv' | 'ndjson'

export interface PageOfRows {
  readonly data: readonly DeliveryOut[]
  readonly iterator: string | null
  readonly done: boolean
}

/** All that the list's filter matches, as a file: not only the rows that are on the screen. */
export function DeliveryExport(props: {
  readonly application: string
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  /** A page of the list as the server gives it. */
  readonly load: (iterator: string | null) => Promise<PageOfRows>
  /** What the server could not filter. */
  readonly matches: (row: DeliveryOut) => boolean
}) {
  const t = useT()
  const w = useWords(words)
  const { application, endpoints, load, matches } = props
  const write = useMutation({
    mutationFn: async (format: Format) => {
      toast(w('export.begun'))
      const rows: DeliveryOut[] = []
      let iterator: string | null = null
      let done = false
      while (!done && rows.length < rowsMax) {
        const page = await load(iterator)
        rows.push(...page.data.filter(matches))
        iterator = page.iterator
        done = page.done
      }
      const kept = rows.slice(0, rowsMax)
      const name = `deliveries-${application}-${new Date().toISOString().slice(0, 10)}.${format}`
      if (format === 'csv') download(name, 'text/csv;charset=utf-8', csvOf(kept, endpoints))
      else
        download(
          name,
          'application/x-ndjson',
          kept.map((row) => `${JSON.stringify(row)}\n`).join(''),
        )
      return { count: kept.length, cut: !done }
    },
    onSuccess: ({ count, cut }) => toast(w(cut ? 'export.cut' : 'export.done', { count })),
    onError: (error) => toast(errorSentence(error, t), { tone: 'err' }),
  })
  return (
    <Menu
      label={<Download size={14} aria-hidden />}
      accessibleLabel={t('bin.export')}
      items={[
        { id: 'csv', label: 'CSV', onSelect: () => write.mutate('csv') },
        { id: 'ndjson', label: 'NDJSON', onSelect: () => write.mutate('ndjson') },
      ]}
    />
  )
}

const columns: readonly (readonly [
  name: string,
  of: (row: DeliveryOut, endpoint: EndpointOut | undefined) => string | number | null | undefined,
])[] = [
  ['id', ({ id }) => id],
  ['messageId', ({ msgId }) => msgId],
  ['eventType', ({ eventType }) => eventType],
  ['endpointId', ({ endpointId }) => endpointId],
  ['endpoint', (_row, endpoint) => (endpoint === undefined ? '' : endpointName(endpoint))],
  ['state', ({ state }) => state],
  ['attempts', ({ attemptCount }) => attemptCount],
  ['status', ({ lastAttempt }) => lastAttempt?.responseStatusCode],
  ['error', ({ lastAttempt }) => lastAttempt?.errorClass],
  ['durationMs', ({ lastAttempt }) => lastAttempt?.responseDurationMs],
  ['createdAt', ({ createdAt }) => createdAt],
  ['lastAttemptAt', ({ lastAttempt }) => lastAttempt?.timestamp],
  ['nextAttemptAt', ({ nextAttempt }) => nextAttempt],
]

function csvOf(rows: readonly DeliveryOut[], endpoints: ReadonlyMap<string, EndpointOut>): string {
  const lines = rows.map((row) =>
    columns.map(([, of]) => cell(of(row, endpoints.get(row.endpointId)))).join(','),
  )
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\r\n')
}

/** What a spreadsheet would take for a formula stays text. */
function cell(value: string | number | null | undefined): string {
  const text = String(value ?? '')
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
