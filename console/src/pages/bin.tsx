import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Ellipsis, Pin, Settings2, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { clearBin, getBin, listCaptured } from '../api/calls.ts'
import type { CapturedOut } from '../api/model.ts'
import type { StreamState } from '../api/server-events.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { LiveBadge, type LiveState } from '../components/live-badge.tsx'
import { Menu } from '../components/menu.tsx'
import { Page, Section } from '../components/page.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { Empty, Loaded, toastFailure } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { type T, useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { useBinStream } from '../state/bin-stream.ts'
import { textOf } from '../state/captured-parts.ts'
import { checkedRows } from '../state/checked-rows.ts'
import { pollMs } from '../state/feed.ts'
import { usePreferences } from '../state/preferences.ts'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { BinAnswers } from './bin-answers.tsx'
import { BinExport } from './bin-export.tsx'
import { BinQr } from './bin-qr.tsx'
import { answerText, CapturedPanel, SignaturePill } from './bin-request.tsx'
import { BinRetries } from './bin-retries.tsx'
import { SendAgain } from './bin-send-again.tsx'
import { BinSettings } from './bin-settings.tsx'

const binWords = { en: binEn, es: binEs }

/** What arrived at one address, whether its signature is right, and what is answered. */
export function BinPage() {
  const t = useT()
  const w = useWords(binWords)
  const { bin: name } = useParams({ strict: false }) as { readonly bin: string } // of this route's path
  const [search, change] = useUrlState()
  const { application } = usePreferences()
  const [paused, setPaused] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const bin = useQuery({ queryKey: ['bins', name], queryFn: () => getBin(name) })
  const client = useQueryClient()
  const listed = client.getQueryData(['bins', name, 'requests']) !== undefined
  // Before the bin is known to be there no stream is opened: that would make it.
  const stream = useBinStream(name, bin.isSuccess && listed && !paused)
  const captured = useQuery({
    queryKey: ['bins', name, 'requests'],
    queryFn: () => listCaptured(name),
    refetchInterval: paused || stream === 'live' ? false : pollMs,
  })
  const url = `${location.origin}/in/${name}`
  const all = captured.data?.data ?? []
  const words = (search['q'] ?? '').toLowerCase()
  const rows = words === '' ? all : all.filter((row) => textOf(row).includes(words))
  const may = useMay('manage-endpoints')
  const clear = useMutation({
    mutationFn: () => clearBin(name),
    onSuccess: () => {
      toast(w('bin.clearDone'))
      return client.invalidateQueries({ queryKey: ['bins', name] })
    },
    onError: (error) => toastFailure(error, t),
  })
  const current = rows.find(({ id }) => id === search['sel'])
  const pair = rows.filter(({ id }) => selected.has(id))
  return (
    <Page
      title={name}
      fixed
      back={{ to: '/inspector', label: t('nav.inspector') }}
      context={
        <span className="flex min-w-0 items-center text-ink-2">
          <span className="mono truncate">{url}</span>
          <CopyButton text={url} label={t('copy.url')} />
          <BinQr url={url} />
        </span>
      }
      actions={
        <>
          <LiveBadge
            state={badgeOf({ paused, stream, failed: captured.isError })}
            onToggle={() => setPaused(!paused)}
          />
          <CopyAs
            cli={`posthorn bins requests ${name}`}
            request={{ path: `/inspector/bin/${name}/request` }}
          />
          <BinExport key={name} bin={name} words={words} />
          {may && (
            <Menu
              label={<Ellipsis size={16} aria-hidden />}
              accessibleLabel={t('action.more')}
              items={[
                {
                  id: 'settings',
                  label: w('bin.settings'),
                  icon: <Settings2 size={14} aria-hidden />,
                  onSelect: () => change({ dialog: 'settings' }),
                },
                {
                  id: 'clear',
                  label: t('bin.clear'),
                  icon: <Trash2 size={14} aria-hidden />,
                  onSelect: () => clear.mutate(),
                },
              ]}
            />
          )}
        </>
      }
    >
      <Loaded query={bin}>{(data) => <BinAnswers key={data.name} bin={data} />}</Loaded>
      {application !== null && <BinRetries application={application} bin={name} />}
      {all.length > 0 && (
        <div className="flex border-line border-t px-5 py-2 max-sm:px-3">
          <SearchBox
            label={w('bin.search')}
            placeholder={w('bin.searchHint')}
            value={search['q'] ?? ''}
            onChange={(q) => change({ q: q === '' ? undefined : q })}
          />
        </div>
      )}
      <div className="relative flex min-h-0 flex-1 border-line border-t">
        <div className="flex min-w-0 flex-1 flex-col">
          <Loaded query={captured}>
            {() =>
              rows.length === 0 && all.length > 0 ? (
                <Empty title={w('bin.noMatch')}>
                  <Button onClick={() => change({ q: undefined })}>{t('filter.clearAll')}</Button>
                </Empty>
              ) : rows.length === 0 ? (
                <Empty title={t('bin.empty')} command={`curl ${url} -d '{"hello":"world"}'`}>
                  {t('bin.emptyText')}
                </Empty>
              ) : (
                <Grid
                  label={t('bin.received')}
                  rows={rows}
                  rowId={(row) => row.id}
                  columns={columnsOf(t)}
                  card={(row) => <Card row={row} />}
                  current={search['sel'] ?? null}
                  onOpen={(row) => change({ sel: row.id }, { replace: current !== undefined })}
                  selection={checkedRows(rows, selected, setSelected)}
                />
              )
            }
          </Loaded>
          {pair.length === 2 && pair[0] !== undefined && pair[1] !== undefined && (
            <div className="max-h-[40%] overflow-auto border-line border-t bg-surface p-4">
              <Section title={t('bin.compared')}>
                <DiffView before={comparable(pair[1])} after={comparable(pair[0])} />
              </Section>
            </div>
          )}
        </div>
        {current !== undefined && (
          <SidePanel label={t('bin.request')} onClose={() => change({ sel: undefined })}>
            <CapturedPanel
              key={current.id}
              request={current}
              application={application}
              onSendAgain={() => change({ dialog: 'send' })}
            />
          </SidePanel>
        )}
      </div>
      {search['dialog'] === 'send' && current !== undefined && (
        <SendAgain
          key={current.id}
          request={current}
          application={application}
          onClose={() => change({ dialog: undefined })}
        />
      )}
      {may && search['dialog'] === 'settings' && bin.data !== undefined && (
        <BinSettings bin={bin.data} onClose={() => change({ dialog: undefined })} />
      )}
    </Page>
  )
}

/** How fresh the list is: by the stream, or by asking where there is none. */
function badgeOf(now: {
  readonly paused: boolean
  readonly stream: StreamState
  readonly failed: boolean
}): LiveState {
  if (now.paused) return 'paused'
  if (now.failed) return 'reconnecting'
  return now.stream === 'refused' ? 'polling' : now.stream
}

function comparable(request: CapturedOut): unknown {
  const { method, path, query, headers, body } = request
  return { method, path, query, headers: Object.fromEntries(headers), body }
}

function columnsOf(t: T): readonly Column<CapturedOut>[] {
  return [
    {
      id: 'time',
      header: t('column.time'),
      width: 132,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.receivedAt} plain />
        </span>
      ),
    },
    {
      id: 'method',
      header: t('bin.method'),
      width: 80,
      cell: (row) => <span className="mono font-[550]">{row.method}</span>,
    },
    {
      id: 'path',
      header: t('bin.path'),
      width: 140,
      grow: true,
      cell: (row) => (
        <span className="mono">
          {row.pinned === true && <Pin size={12} aria-hidden className="mr-1 inline text-accent" />}
          {row.path}
          {row.query === '' ? '' : `?${row.query}`}
          {row.note !== undefined && row.note !== '' && (
            <span className="pl-2 font-sans text-ink-3">{row.note}</span>
          )}
        </span>
      ),
    },
    {
      id: 'type',
      header: t('message.title'),
      width: 160,
      grow: true,
      leaves: 2,
      cell: (row) => <span className="mono text-ink-2">{row.signature.messageId ?? ''}</span>,
    },
    {
      id: 'signature',
      header: t('bin.signature'),
      width: 150,
      leaves: 1,
      cell: (row) => <SignaturePill request={row} />,
    },
    {
      id: 'answer',
      header: t('bin.answer'),
      width: 110,
      align: 'end',
      cell: (row) => <span className="mono">{answerText(row, t)}</span>,
    },
  ]
}

function Card(props: { readonly row: CapturedOut }) {
  const t = useT()
  const { row } = props
  return (
    <div className="flex flex-col">
      <span className="mono truncate">
        <b>{row.method}</b> {row.path} → {answerText(row, t)}
      </span>
      <span className="mono text-ink-3 text-xs">
        <Time at={row.receivedAt} plain />
      </span>
    </div>
  )
}
