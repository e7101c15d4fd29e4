import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { getAttempt, getAttemptBody, listEndpointAttempts, path } from '../api/calls.ts'
import type { AttemptOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { classLabel } from '../components/class-label.ts'
import { Dialog } from '../components/dialog.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { TextField } from '../components/field.tsx'
import { Section } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { useT } from '../i18n.tsx'
import { attemptEn } from '../messages/attempt-en.ts'
import { attemptEs } from '../messages/attempt-es.ts'
import { methodOf } from '../state/attempt-as.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const words = { en: attemptEn, es: attemptEs }

/** Attempts of the same delivery that are offered; any other is named by its id. */
const offeredMax = 20

/**
 * What an attempt is compared with. In the URL: `success`, an attempt of the same message, or
 * `message~attempt`.
 */
export function CompareWith(props: {
  readonly attempt: AttemptOut
  /** Attempts of the same delivery, newest first. */
  readonly siblings: readonly AttemptOut[]
}) {
  const t = useT()
  const w = useWords(words)
  const [search, change] = useUrlState()
  const [asking, setAsking] = useState(false)
  const { attempt, siblings } = props
  const other = search['compare'] ?? ''
  const at = siblings.findIndex(({ id }) => id === attempt.id)
  const offered = siblings.filter(({ id }) => id !== attempt.id).slice(0, offeredMax)
  const labelOf = (one: AttemptOut): string => {
    if (at >= 0 && siblings[at + 1]?.id === one.id) return t('attempt.comparePrevious')
    if (at > 0 && siblings[at - 1]?.id === one.id) return w('compare.next')
    const answer =
      one.responseStatusCode > 0 ? String(one.responseStatusCode) : classOf(one.errorClass, t)
    return w('compare.attempt', { number: one.attemptNumber ?? 1, answer })
  }
  const known = ['', 'success', ...offered.map(({ id }) => id)]
  return (
    <>
      <label className="chip max-w-full pr-1">
        <span className="text-ink-3">{t('attempt.compare')}</span>
        <select
          className="min-w-0 bg-transparent"
          value={other}
          onChange={(event) => {
            const { value } = event.target
            if (value === anotherOne) setAsking(true)
            else change({ compare: value === '' ? undefined : value })
          }}
        >
          <option value="">{t('attempt.compareNone')}</option>
          <option value="success">{t('attempt.compareSuccess')}</option>
          {offered.map((one) => (
            <option key={one.id} value={one.id}>
              {labelOf(one)}
            </option>
          ))}
          {!known.includes(other) && <option value={other}>{other.split('~').at(-1)}</option>}
          <option value={anotherOne}>{w('compare.another')}</option>
        </select>
      </label>
      {asking && (
        <AnotherAttempt
          attempt={attempt}
          onClose={() => setAsking(false)}
          onChosen={(compare) => {
            setAsking(false)
            change({ compare })
          }}
        />
      )}
    </>
  )
}

const anotherOne = '?'

function classOf(errorClass: AttemptOut['errorClass'], t: ReturnType<typeof useT>): string {
  return errorClass == null ? '–' : classLabel(errorClass, t)
}

function AnotherAttempt(props: {
  readonly attempt: AttemptOut
  readonly onClose: () => void
  readonly onChosen: (compare: string) => void
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const [given, setGiven] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [unknown, setUnknown] = useState(false)
  const message = /msg_\w+/.exec(given)?.[0] ?? null
  const id = /atmpt_\w+/.exec(given)?.[0] ?? null
  const app = path('app', scope.application)
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setUnknown(id === null)
    if (id === null) return
    if (message !== null) return props.onChosen(`${message}~${id}`)
    try {
      const found = await attemptOf(scope.application, props.attempt, id)
      setUnknown(found === null)
      if (found !== null) props.onChosen(`${found.msgId}~${id}`)
    } catch (cause) {
      setError(cause)
    }
  }
  return (
    <Dialog
      title={t('attempt.compare')}
      copyAs={{
        request: {
          path:
            id === null
              ? app + path('attempt', 'endpoint', props.attempt.endpointId)
              : app + path('msg', message ?? props.attempt.msgId, 'attempt', id),
        },
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" form="another-attempt">
            {w('compare.verb')}
          </Button>
        </>
      }
    >
      <form id="another-attempt" noValidate onSubmit={(event) => void submit(event)}>
        {error !== null && <Failure error={error} />}
        <TextField
          label={w('compare.label')}
          help={w('compare.help')}
          mono
          error={unknown ? w('compare.unknown') : undefined}
          value={given}
          onChange={setGiven}
        />
      </form>
    </Dialog>
  )
}

/** By its id alone: of the same message, or among the newest of the same endpoint. */
async function attemptOf(
  application: string,
  { msgId, endpointId }: AttemptOut,
  id: string,
): Promise<AttemptOut | null> {
  const own = await getAttempt(application, msgId, id).catch(() => null)
  if (own !== null) return own
  const { data } = await listEndpointAttempts(application, endpointId, { limit: 250 })
  return data.find((one) => one.id === id) ?? null
}

/** Both beside each other: what differs, by its path. */
export function Comparison(props: { readonly attempt: AttemptOut; readonly other: string }) {
  const t = useT()
  const scope = useScope()
  const { attempt, other } = props
  const found = useQuery({
    queryKey: ['compare', scope.application, attempt.id, other],
    queryFn: async () => {
      const [message, id] = other.includes('~') ? other.split('~') : [attempt.msgId, other]
      if (other !== 'success') return getAttempt(scope.application, message ?? '', id ?? '')
      const list = await listEndpointAttempts(scope.application, attempt.endpointId, { limit: 250 })
      const success = list.data.find((one) => one.statusText === 'success' && one.id !== attempt.id)
      return success === undefined ? null : getAttempt(scope.application, success.msgId, success.id)
    },
  })
  const bodies = useQuery({
    queryKey: ['compare-bodies', scope.application, attempt.id, found.data?.id],
    queryFn: async () => ({
      mine: (await getAttemptBody(scope.application, attempt)).body,
      theirs: (await getAttemptBody(scope.application, found.data ?? attempt)).body,
    }),
    enabled: found.data != null,
  })
  if (found.isError) return <Failure error={found.error} />
  if (found.data === null) return <p className="text-ink-2">{t('attempt.noSuccess')}</p>
  if (found.data === undefined || bodies.data === undefined) return <Loading rows={2} />
  return (
    <Section
      title={t('attempt.differences')}
      description={
        <>
          {t('attempt.comparedWith')} <span className="mono">{found.data.id}</span> ·{' '}
          <Time at={found.data.timestamp} />
        </>
      }
    >
      <DiffView
        before={comparable(found.data, bodies.data.theirs)}
        after={comparable(attempt, bodies.data.mine)}
      />
    </Section>
  )
}

function comparable(attempt: AttemptOut, body: string | null): unknown {
  return {
    method: methodOf(attempt),
    url: attempt.url,
    address: attempt.remoteAddress ?? null,
    tls: attempt.connection?.tls ?? null,
    status: attempt.responseStatusCode,
    requestHeaders: attempt.requestHeaders ?? {},
    responseHeaders: attempt.responseHeaders ?? {},
    body,
    response: attempt.response,
  }
}
