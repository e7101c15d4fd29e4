import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { clearBin, getBin, listCaptured, putBin } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import type { BinOut, CapturedOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { JsonView } from '../components/json-view.tsx'
import { LiveBadge } from '../components/live-badge.tsx'
import { Facts, Page, Section } from '../components/page.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { Empty, Loaded } from '../components/states.tsx'
import { Notice, Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import { harOf } from '../state/har.ts'
import { usePreferences } from '../state/preferences.ts'
import { useUrlState } from '../state/url.ts'
import { HeaderTable } from './attempt.tsx'

/** What arrived at one address, whether its signature is right, and what is answered. */
export function BinPage() {
  const t = useT()
  const { bin: name } = useParams({ strict: false }) as { readonly bin: string } // of this route's path
  const [search, change] = useUrlState()
  const [paused, setPaused] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const bin = useQuery({ queryKey: ['bins', name], queryFn: () => getBin(name) })
  const captured = useQuery({
    queryKey: ['bins', name, 'requests'],
    queryFn: () => listCaptured(name),
    refetchInterval: paused ? false : 1_500,
  })
  const url = `${location.origin}/in/${name}`
  const rows = captured.data?.data ?? []
  const current = rows.find(({ id }) => id === search['sel'])
  const pair = rows.filter(({ id }) => selected.has(id))
  return (
    <Page
      title={name}
      fixed
      back={{ to: '/inspector', label: t('nav.inspector') }}
      context={
        <span className="mono flex min-w-0 items-center text-ink-2">
          <span className="truncate">{url}</span>
          <CopyButton text={url} label={t('copy.url')} />
        </span>
      }
      actions={
        <>
          <LiveBadge
            state={paused ? 'paused' : captured.isError ? 'reconnecting' : 'live'}
            onToggle={() => setPaused(!paused)}
          />
          <CopyButton text={() => JSON.stringify(harOf(rows, location.origin), null, 2)}>
            {t('bin.har')}
          </CopyButton>
          <Clear bin={name} />
        </>
      }
    >
      <Loaded query={bin}>{(data) => <Answers key={data.script} bin={data} />}</Loaded>
      <div className="relative flex min-h-0 flex-1 border-line border-t">
        <div className="flex min-w-0 flex-1 flex-col">
          <Loaded query={captured}>
            {() =>
              rows.length === 0 ? (
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
                  selection={{
                    has: (id) => selected.has(id),
                    all: rows.every(({ id }) => selected.has(id)),
                    some: selected.size > 0,
                    toggle: (ids, on) => {
                      const next = new Set(selected)
                      for (const id of ids) {
                        if (on) next.add(id)
                        else next.delete(id)
                      }
                      setSelected(next)
                    },
                  }}
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
            <CapturedPanel request={current} />
          </SidePanel>
        )}
      </div>
    </Page>
  )
}

function comparable(request: CapturedOut): unknown {
  const { method, path, query, headers, body } = request
  return { method, path, query, headers: Object.fromEntries(headers), body }
}

function Clear(props: { readonly bin: string }) {
  const t = useT()
  const client = useQueryClient()
  const clear = useMutation({
    mutationFn: () => clearBin(props.bin),
    onSuccess: () => client.invalidateQueries({ queryKey: ['bins', props.bin] }),
  })
  return (
    <Button busy={clear.isPending} onClick={() => clear.mutate()}>
      <Trash2 size={14} aria-hidden /> {t('bin.clear')}
    </Button>
  )
}

const presets = [
  '200',
  '500, 500, 200',
  '429 retry-after 30, 200',
  'delay 20s',
  'hang up',
  'fail 10%',
]

/** The sequence of answers: typed, or one of the usual ones. */
function Answers(props: { readonly bin: BinOut }) {
  const t = useT()
  const client = useQueryClient()
  const [script, setScript] = useState(props.bin.script)
  const save = useMutation({
    mutationFn: (text: string) => putBin(props.bin.name, { script: text }),
    onSuccess: () => {
      toast(t('bin.answersSaved'))
      return client.invalidateQueries({ queryKey: ['bins', props.bin.name] })
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate(script)
  }
  const refused =
    save.error instanceof ApiError ? (save.error.issues[0]?.msg ?? save.error.detail) : null
  return (
    <form className="flex flex-wrap items-center gap-2 px-5 py-2.5 max-sm:px-3" onSubmit={submit}>
      <label className="flex min-w-64 flex-1 items-center gap-2">
        <span className="text-ink-3">{t('bin.answers')}</span>
        <input
          className="input mono"
          placeholder="500, 500, 200"
          value={script}
          aria-invalid={refused !== null || undefined}
          list="answer-presets"
          onChange={(event) => setScript(event.target.value)}
        />
        <datalist id="answer-presets">
          {presets.map((preset) => (
            <option key={preset} value={preset} />
          ))}
        </datalist>
      </label>
      <Button type="submit" busy={save.isPending}>
        {t('bin.answersSet')}
      </Button>
      {refused !== null && (
        <p className="w-full text-err text-xs" role="alert">
          {refused}
        </p>
      )}
    </form>
  )
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
          {row.path}
          {row.query === '' ? '' : `?${row.query}`}
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

function answerText(row: CapturedOut, t: T): string {
  return row.answer.hangUp ? t('bin.hangUp') : String(row.answer.status)
}

const signatureTones = {
  valid: 'ok',
  stale: 'warn',
  invalid: 'err',
  absent: 'mute',
  no_secret: 'mute',
} as const

function SignaturePill(props: { readonly request: CapturedOut }) {
  const t = useT()
  const { state } = props.request.signature
  return <Pill tone={signatureTones[state]}>{t(`signature.${state}`)}</Pill>
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

function CapturedPanel(props: { readonly request: CapturedOut }) {
  const t = useT()
  const formats = useFormats()
  const { application } = usePreferences()
  const { request } = props
  const { signature } = request
  const query = [...new URLSearchParams(request.query)]
  return (
    <div className="flex flex-col gap-4 p-4">
      <header>
        <h2 className="mono pr-9 font-semibold">
          {request.method} {request.path}
        </h2>
        <p className="text-ink-2">
          <Time at={request.receivedAt} /> · {formats.bytes(request.bodyBytes)} ·{' '}
          <span className="mono">{request.remoteAddress}</span>
        </p>
      </header>
      <Notice tone={signatureTones[signature.state]} title={t(`signature.${signature.state}.text`)}>
        {signature.hint !== null && <p>{t(`hint.${signature.hint}` as 'hint.body_empty')}</p>}
        {signature.messageId !== null && application !== null && (
          <Link
            to={`/app/${encodeURIComponent(application)}/messages/${signature.messageId}`}
            className="link mono"
          >
            {signature.messageId}
          </Link>
        )}
      </Notice>
      <Facts facts={[[t('bin.answer'), <b key="a">{answerText(request, t)}</b>]]} />
      <Section title={t('bin.body')}>
        {request.body === null ? (
          <Hex base64={request.bodyBase64} />
        ) : (
          <JsonView text={request.body} label={t('bin.body')} />
        )}
      </Section>
      <Section title={t('headers.label')}>
        <HeaderTable headers={request.headers} label={t('headers.label')} />
      </Section>
      {query.length > 0 && (
        <Section title={t('bin.query')}>
          <HeaderTable headers={query} label={t('bin.query')} />
        </Section>
      )}
    </div>
  )
}

const hexBytesMax = 4096

/** Bytes that are no text, as hexadecimal. */
function Hex(props: { readonly base64: string }) {
  const bytes = Uint8Array.from(atob(props.base64), (character) => character.charCodeAt(0))
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, hexBytesMax); at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex}`)
  }
  return (
    <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-2 text-ink-2">
      {lines.join('\n')}
    </pre>
  )
}
