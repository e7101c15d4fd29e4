import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createMessage, getMessage, path } from '../api/calls.ts'
import type { CapturedOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field, SelectField } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { Notice, Pill } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { curlOf } from './bin-request.tsx'

const words = { en: binEn, es: binEs }

type Target = 'bin' | 'event'

/** Headers that a browser sets itself, or that belong to the connection. */
const ownHeaders =
  /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|trailer|user-agent|accept-encoding|origin|referer|cookie|date|via|expect|dnt|proxy-.*|sec-.*|access-control-.*)$/i

/** Sends a captured request again, as it was or with another body, and shows what was answered. */
export function SendAgain(props: {
  readonly request: CapturedOut
  readonly application: string | null
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const maySend = useMay('send')
  const { request, application } = props
  const original = request.body ?? ''
  const [body, setBody] = useState(original)
  const [target, setTarget] = useState<Target>('bin')
  const edited = body === original ? null : body
  const { messageId } = request.signature
  const message = useQuery({
    queryKey: ['message', application, messageId],
    queryFn: () => getMessage(application ?? '', messageId ?? ''),
    enabled: target === 'event' && messageId !== null,
    retry: false,
  })
  const eventType = message.data?.eventType ?? eventTypeOf(request, body)
  const send = useMutation({
    mutationFn: async () => {
      if (target === 'bin') return w('bin.replayed', { status: await toBin(request, edited) })
      const { id } = await createMessage(application ?? '', { eventType, payloadText: body })
      return w('bin.replayedEvent', { id })
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['bins', request.bin] }),
  })
  const targets: readonly { readonly value: Target; readonly label: string }[] = [
    { value: 'bin', label: w('bin.replayHere') },
    ...(application === null || !maySend
      ? []
      : [{ value: 'event' as const, label: w('bin.replayEvent', { application }) }]),
  ]
  return (
    <Dialog
      title={w('bin.replayTitle')}
      copyAs={
        target === 'bin'
          ? { curl: curlOf(request, edited) }
          : {
              request: {
                ...{ method: 'POST', path: `${path('app', application ?? '')}/msg` },
                body: `{"eventType":${JSON.stringify(eventType)},"payload":${body}}`,
              },
            }
      }
      wide
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          <Button
            kind="primary"
            busy={send.isPending || message.isLoading}
            onClick={() => send.mutate()}
          >
            {w('bin.replay')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <SelectField
          label={w('bin.replayTo')}
          help={w(target === 'bin' ? 'bin.replayHereHelp' : 'bin.replayEventHelp')}
          value={target}
          options={targets}
          onChange={setTarget}
        />
        <Field
          label={
            <>
              {w('bin.replayBody')}{' '}
              {body !== original && <Pill tone="warn">{w('bin.edited')}</Pill>}
            </>
          }
        >
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-64"
              spellCheck={false}
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
          )}
        </Field>
        {send.isError && <Failure error={send.error} />}
        {send.isSuccess && <Notice tone="ok" title={send.data} />}
      </div>
    </Dialog>
  )
}

/** From this page: the bin is at the same origin. Bytes that are no text go out as they came. */
async function toBin(request: CapturedOut, edited: string | null): Promise<number> {
  const path = request.path === '/' ? '' : request.path
  const query = request.query === '' ? '' : `?${request.query}`
  const bodiless = request.method === 'GET' || request.method === 'HEAD'
  const bytes = Uint8Array.from(atob(request.bodyBase64), (character) => character.charCodeAt(0))
  const answer = await fetch(`/in/${request.bin}${path}${query}`, {
    method: request.method,
    headers: request.headers
      .filter(([name]) => !ownHeaders.test(name))
      .map(([name, value]): [string, string] => [name, value]),
    credentials: 'omit',
    ...(bodiless ? {} : { body: edited ?? bytes }),
  })
  return answer.status
}

/** What the event was called, when it is none of ours: most senders say it in the body or in a header. */
function eventTypeOf(request: CapturedOut, body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    for (const name of ['type', 'eventType', 'event_type', 'event']) {
      const value: unknown =
        typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined
      if (typeof value === 'string' && /^[\w.-]{1,256}$/.test(value)) return value
    }
  } catch {
    // The server says what is wrong with the body.
  }
  const header = request.headers.find(([name]) => /event/i.test(name))?.[1]
  return header !== undefined && /^[\w.-]{1,256}$/.test(header) ? header : 'inspector.sent_again'
}
