import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Stethoscope } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { path } from '../api/calls.ts'
import { request } from '../api/http.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Field, TextField } from '../components/field.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { doctorEn } from '../messages/doctor-en.ts'
import { doctorEs } from '../messages/doctor-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: doctorEn, es: doctorEs }

interface Diagnosis {
  readonly valid: boolean
  readonly findings: readonly {
    readonly code: string
    readonly title: string
    readonly why: string
    readonly fix: string
  }[]
  readonly otherEndpoint: string | null
  readonly difference: {
    readonly at: number
    readonly sentBytes: number
    readonly receivedBytes: number
    readonly sent: string
    readonly received: string
  } | null
  readonly fixes: readonly {
    readonly framework: string
    readonly label: string
    readonly code: string
  }[]
}

/** `name: value` lines, as servers and tools print them; also one JSON object. */
export function pastedHeaders(text: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null) {
      return Object.fromEntries(
        Object.entries(parsed).map(([name, value]) => [name, String(value)]),
      )
    }
  } catch {
    // Lines, then.
  }
  const pairs = text.split('\n').flatMap((line) => {
    const match = /^[\s'"<>*-]*([\w-]+)['"]?\s*[:=]\s*['"]?(.*?)['"]?,?\s*$/.exec(line)
    return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ''] as const]
  })
  return Object.fromEntries(pairs)
}

/** Says why a request did not verify: what a server got, against the bytes that were sent. */
export function EndpointDoctor(props: { readonly endpoint: string }) {
  const client = useQueryClient()
  const w = useWords(words)
  const scope = useScope()
  const [headers, setHeaders] = useState('')
  const [body, setBody] = useState('')
  const [secret, setSecret] = useState('')
  const [computed, setComputed] = useState('')
  const [missing, setMissing] = useState(false)
  const where = path('app', scope.application, 'endpoint', props.endpoint, 'signature-doctor')
  const call = {
    method: 'POST',
    body: {
      headers: pastedHeaders(headers),
      body,
      ...(secret.trim() === '' ? {} : { secret: secret.trim() }),
      ...(computed.trim() === '' ? {} : { computed: computed.trim() }),
    },
  } as const
  const ask = useMutation({
    mutationFn: () => request<Diagnosis>(where, call),
    onSuccess: ({ valid }) => {
      const queryKey = ['endpoints', scope.application, 'verification']
      return valid ? client.invalidateQueries({ queryKey }) : undefined
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    const none = Object.keys(pastedHeaders(headers)).length === 0
    setMissing(none)
    if (!none) ask.mutate()
  }
  return (
    <Section title={w('doctor.title')} description={w('doctor.text')}>
      <form className="grid max-w-4xl gap-4 md:grid-cols-2" onSubmit={submit}>
        <Field
          label={w('doctor.headers')}
          help={w('doctor.headersHelp')}
          error={missing ? w('doctor.headersMissing') : undefined}
        >
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-36"
              spellCheck={false}
              placeholder={
                'webhook-id: msg_…\nwebhook-timestamp: 1795271518\nwebhook-signature: v1,…'
              }
              value={headers}
              onChange={(event) => setHeaders(event.target.value)}
            />
          )}
        </Field>
        <Field label={w('doctor.body')} help={w('doctor.bodyHelp')}>
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-36"
              spellCheck={false}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
        <TextField
          label={w('doctor.secret')}
          help={w('doctor.secretHelp')}
          optional
          mono
          autoComplete="off"
          value={secret}
          onChange={setSecret}
        />
        <TextField
          label={w('doctor.computed')}
          optional
          mono
          autoComplete="off"
          value={computed}
          onChange={setComputed}
        />
        <div className="flex flex-wrap items-start gap-2">
          <Button type="submit" kind="primary" busy={ask.isPending}>
            <Stethoscope size={14} aria-hidden /> {w('doctor.ask')}
          </Button>
          {headers.trim() !== '' && (
            <CopyAs
              of={w('doctor.title')}
              request={{ path: where, ...call }}
              secrets={[secret.trim()]}
              withoutUrl
            />
          )}
        </div>
      </form>
      {ask.isError && <Failure error={ask.error} />}
      <div aria-live="polite">
        {ask.isSuccess && <Findings diagnosis={ask.data} base={scope.base} />}
      </div>
    </Section>
  )
}

function Findings(props: { readonly diagnosis: Diagnosis; readonly base: string }) {
  const w = useWords(words)
  const { valid, findings, difference, otherEndpoint, fixes } = props.diagnosis
  return (
    <div className="flex max-w-4xl flex-col gap-3">
      {valid && <Notice tone="ok" title={w('doctor.valid')} />}
      {findings.map((finding) => (
        <Notice key={finding.code} tone={valid ? 'info' : 'err'} title={finding.title}>
          <p>{finding.why}</p>
          <p>{finding.fix}</p>
        </Notice>
      ))}
      {otherEndpoint !== null && (
        <p>
          {w('doctor.otherEndpoint')}{' '}
          <a className="link mono" href={`${props.base}/endpoints/${otherEndpoint}/signing`}>
            {otherEndpoint}
          </a>
        </p>
      )}
      {difference !== null && (
        <div className="flex flex-col gap-2">
          <p className="text-ink-2">
            {w('doctor.differs', {
              at: difference.at,
              sent: difference.sentBytes,
              received: difference.receivedBytes,
            })}
          </p>
          {(
            [
              ['doctor.before', difference.sent],
              ['doctor.after', difference.received],
            ] as const
          ).map(([label, text]) => (
            <div key={label}>
              <p className="text-ink-3 text-xs">{w(label)}</p>
              <pre className="overflow-x-auto whitespace-pre-wrap break-all rounded-md border border-line bg-sunken p-2">
                {text}
              </pre>
            </div>
          ))}
        </div>
      )}
      {fixes.length > 0 && <Fixes fixes={fixes} />}
    </div>
  )
}

function Fixes(props: { readonly fixes: Diagnosis['fixes'] }) {
  const t = useT()
  const w = useWords(words)
  const [framework, setFramework] = useState(props.fixes[0]?.framework)
  const shown = props.fixes.find((one) => one.framework === framework) ?? props.fixes[0]
  if (shown === undefined) return null
  return (
    <section aria-label={w('doctor.fixFor')} className="rounded-md border border-line">
      <header className="flex flex-wrap items-center gap-1 border-line border-b p-1">
        <span className="px-2 text-ink-3">{w('doctor.fixFor')}</span>
        {props.fixes.map((one) => (
          <button
            key={one.framework}
            type="button"
            aria-pressed={one.framework === shown.framework}
            className={`btn btn-quiet ${one.framework === shown.framework ? 'font-[550] text-accent' : ''}`}
            onClick={() => setFramework(one.framework)}
          >
            {one.label}
          </button>
        ))}
        <span className="flex-1" />
        <CopyButton text={shown.code} label={t('copy.code')} />
      </header>
      <pre className="overflow-x-auto p-3 text-ink-2" tabIndex={0}>
        {shown.code}
      </pre>
    </section>
  )
}
