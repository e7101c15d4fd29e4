import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Inbox } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import {
  createEndpoint,
  type EndpointBody,
  patchEndpoint,
  path,
  putBin,
  saveEndpointPart,
} from '../api/calls.ts'
import type { Authentication, EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, type CopyAsProps } from '../components/copy-as.tsx'
import {
  type DeliveryDraft,
  DeliveryFields,
  noDelivery,
  settingsOf,
} from '../components/delivery-fields.tsx'
import { type EventChoice, EventPicker } from '../components/event-picker.tsx'
import { Field, TextField } from '../components/field.tsx'
import { type HeaderRow, HeaderRows, headersOf } from '../components/header-rows.tsx'
import { LabelRows } from '../components/label-rows.tsx'
import { Body, Page } from '../components/page.tsx'
import { filterOf, PayloadFilterField } from '../components/payload-filter.tsx'
import { Empty, errorSentence, Failure, Loaded } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { secretOf } from '../state/authentication.ts'
import { useEventTypes, useResend } from '../state/data.ts'
import { suggestedName } from '../state/endpoint-name.ts'
import { useFocusOnFault } from '../state/focus-on-fault.ts'
import { type MessageForNew, useMessageForNew } from '../state/message-for-new.ts'
import { useProfile } from '../state/profile.ts'
import { faultsOf, hasFault, refusedRow } from '../state/profile-draft.ts'
import { useScope } from '../state/scope.tsx'
import { useSeesAll } from '../state/session.tsx'
import { noTls, type TlsDraft, tlsOfNew } from '../state/tls.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { AuthenticationOfNew } from './endpoint-authentication.tsx'
import { UrlField } from './endpoint-create-url.tsx'
import { Created } from './endpoint-created.tsx'
import { secretsOf } from './endpoint-headers.tsx'
import { Preview, Probe } from './endpoint-preview.tsx'
import { TlsOfNew } from './endpoint-tls.tsx'
import { ProfileEvents } from './profile-events.tsx'
import { ProfileForm } from './profile-form.tsx'

const words = { en: createEn, es: createEs }

const Laptop = lazy(async () => ({ default: (await import('./endpoint-laptop.tsx')).Laptop }))

interface Draft {
  readonly url: string
  /** Null: as it is suggested. */
  readonly description: string | null
  readonly events: EventChoice
  readonly headers: readonly HeaderRow[]
  readonly authentication: Authentication
  readonly tls: TlsDraft
  readonly labels: readonly HeaderRow[]
  readonly delivery: DeliveryDraft
  readonly filter: string
  /** Of the transformation; empty: none. */
  readonly code: string
}

/** Nobody has touched the events yet. */
interface Typed extends Omit<Draft, 'events'> {
  readonly events: EventChoice | undefined
}

/** Fields that tell their own. */
const named = [
  'url',
  'eventTypes',
  'description',
  'headers',
  'authentication',
  'tls',
  'filter',
  'policy.retryScheduleMs',
  'policy.attemptTimeoutMs',
  'throttleRate',
  'metadata',
]

const empty: Typed = {
  url: '',
  description: null,
  events: undefined,
  headers: [],
  authentication: null,
  tls: noTls,
  labels: [],
  delivery: noDelivery,
  filter: '',
  code: '',
}

/** An endpoint that was made, and what did not go along. */
interface Made {
  readonly endpoint: EndpointOut
  /** Why its transformation was not stored: it is paused until somebody looks at it. */
  readonly transformationError: unknown
}

/** Where, what, name; the right column shows what the receiver will get. */
export function EndpointCreatePage() {
  const t = useT()
  const scope = useScope()
  const navigate = useNavigate()
  const profile = useProfile(scope.application)
  const { language } = useLocalization()
  const words = profile.data?.words
  const waiting = useMessageForNew()
  const resend = useResend(scope.application)
  const saved = async (id: string): Promise<void> => {
    if (waiting !== null) await resend([{ msgId: waiting.id, endpointId: id }])
    const to = waiting === null ? `endpoints/${id}` : `messages/${waiting.id}`
    await navigate({ to: `${scope.base}/${to}` })
  }
  const [created, setCreated] = useState<CreatedHere | null>(null)
  if (!scope.may.manageEndpoints) {
    return (
      <Page title={t('endpoint.createTitle')}>
        <Empty title={t('error.forbidden')}>{t('may.notThisPage')}</Empty>
      </Page>
    )
  }
  return (
    <Page
      title={
        created === null
          ? (words?.add[language] ?? t('endpoint.createTitle'))
          : t('endpoint.created')
      }
      back={{
        to: `${scope.base}/endpoints`,
        label: words?.title[language] ?? t('nav.endpoints'),
      }}
    >
      {created === null ? (
        <Loaded query={profile}>
          {(data) =>
            data.name === 'standard' ? (
              <CreateForm authentications={data.authentications} onCreated={setCreated} />
            ) : (
              <Body>
                {waiting !== null && <ForMessage message={waiting} />}
                <ProfileForm
                  profile={data}
                  webhook={null}
                  {...(waiting === null ? {} : { eventType: waiting.type })}
                  onSaved={({ id }) => void saved(id)}
                  onCancel={() => void navigate({ to: `${scope.base}/endpoints` })}
                />
                {data.list.eventsBelow === true && <ProfileEvents profile={data} />}
              </Body>
            )
          }
        </Loaded>
      ) : (
        <Created {...created} />
      )}
    </Page>
  )
}

type CreatedHere = Parameters<typeof Created>[0]

function CreateForm(props: {
  readonly authentications: readonly string[]
  readonly onCreated: (created: CreatedHere) => void
}) {
  const t = useT()
  const scope = useScope()
  const seesAll = useSeesAll()
  const client = useQueryClient()
  const types = useEventTypes()
  const w = useWords(words)
  const waiting = useMessageForNew()
  const [typed, setDraft] = useState<Typed>(empty)
  const known = types.data?.some(({ name }) => name === waiting?.type) === true
  const begun = waiting !== null && known ? [waiting.type] : []
  const draft: Draft = { ...typed, events: typed.events === undefined ? begun : typed.events }
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const form = useFocusOnFault(faults)
  const set = (change: Partial<Draft>): void => setDraft({ ...typed, ...change })
  /** The address that a test has worked with. */
  const [workedAt, setWorkedAt] = useState<string | null>(null)
  const tested = workedAt !== null && workedAt === draft.url.trim()
  const name = draft.description ?? suggestedName(draft.url, draft.events)

  const create = useMutation({
    mutationFn: () => made(scope.application, draft.code, bodyOf(draft, name)),
    onSuccess: ({ endpoint, transformationError }) => {
      void client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
      const missing = transformationError === null ? null : errorSentence(transformationError, t)
      const message = waiting?.id ?? null
      props.onCreated({ endpoint, untested: !tested, transformationError: missing, message })
    },
    onError: (error) => setFaults(faultsOf(error)),
  })
  const useInspector = useMutation({
    mutationFn: async () => {
      const name = `try-${Math.random().toString(36).slice(2, 8)}`
      return putBin(name, {})
    },
    onSuccess: (bin) => set({ url: `${location.origin}${bin.path}` }),
  })
  const [search, change] = useUrlState()
  const asked = useRef(false)
  const wantsInspector = search['with'] === 'inspector' && seesAll
  useEffect(() => {
    if (!wantsInspector || asked.current) return
    asked.current = true
    useInspector.mutate()
    change({ with: undefined }, { replace: true }) // a reload makes no second one
  }, [wantsInspector, useInspector.mutate, change])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const missing = {
      ...(draft.url.trim() === '' ? { url: t('endpoint.urlMissing') } : {}),
      ...(filterOf(draft.filter) === undefined ? { filter: t('payloadFilter.notJson') } : {}),
      ...(draft.events !== null && draft.events.length === 0
        ? { eventTypes: t('events.missing') }
        : {}),
    }
    if (settingsOf(draft.delivery) === null) setFaults({ delivery: '' })
    else if (Object.keys(missing).length > 0) setFaults(missing)
    else {
      setFaults({})
      create.mutate()
    }
  }
  const elsewhere = create.isError && !named.some((field) => hasFault(faults, field))
  return (
    <Body wide>
      <div className="@container">
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-8 @min-[44rem]:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <form ref={form} noValidate className="flex flex-col gap-5" onSubmit={submit}>
            {elsewhere && <Failure error={create.error} />}
            {waiting !== null && <ForMessage message={waiting} />}
            <div className="flex flex-col gap-2">
              <UrlField value={draft.url} error={faults['url']} onChange={(url) => set({ url })} />
              {seesAll && (
                <div className="flex flex-wrap gap-2">
                  <Button busy={useInspector.isPending} onClick={() => useInspector.mutate()}>
                    <Inbox size={14} aria-hidden /> {t('endpoint.useInspector')}
                  </Button>
                  <Suspense>
                    <Laptop application={scope.application} />
                  </Suspense>
                </div>
              )}
            </div>
            <EventPicker
              types={types.data}
              value={draft.events}
              error={faults['eventTypes']}
              onChange={(events) => set({ events })}
            />
            <PayloadFilterField
              events={draft.events}
              value={draft.filter}
              error={faults['filter']}
              onChange={(filter) => set({ filter })}
            />
            <TextField
              label={t('column.name')}
              optional
              value={name}
              {...(draft.description === null && name !== ''
                ? { help: w('create.suggested') }
                : {})}
              error={faults['description']}
              onChange={(description) => set({ description })}
            />
            <details className="rounded-md border border-line px-3 py-2">
              <summary className="font-[550]">{t('endpoint.advanced')}</summary>
              <div className="flex flex-col gap-4 pt-3">
                <HeaderRows
                  rows={draft.headers}
                  error={faults['headers']}
                  refused={refusedRow(faults, 'headers')}
                  onChange={(headers) => set({ headers })}
                />
                <AuthenticationOfNew
                  kinds={props.authentications}
                  value={draft.authentication}
                  faults={faults}
                  onChange={(authentication) => set({ authentication })}
                />
                <TlsOfNew draft={draft.tls} faults={faults} onChange={(tls) => set({ tls })} />
                <DeliveryFields
                  draft={draft.delivery}
                  faults={faults}
                  onChange={(delivery) => set({ delivery })}
                />
                <LabelRows
                  rows={draft.labels}
                  error={faults['metadata']}
                  onChange={(labels) => set({ labels })}
                />
                {scope.may.manageTransformations && (
                  <Field
                    label={w('create.transformation')}
                    optional
                    help={w('create.transformationHelp')}
                  >
                    {(control) => (
                      <textarea
                        {...control}
                        className="input mono min-h-24"
                        spellCheck={false}
                        autoCapitalize="off"
                        placeholder="function handler(webhook) { return webhook }"
                        value={draft.code}
                        onChange={(event) => set({ code: event.target.value })}
                      />
                    )}
                  </Field>
                )}
              </div>
            </details>
            {!tested && draft.url.trim() !== '' && (
              <p className="text-ink-3 text-xs">{w('create.untested')}</p>
            )}
            <div className="flex flex-wrap gap-2">
              <Button type="submit" kind="primary" busy={create.isPending}>
                {waiting === null ? t('endpoint.create') : w('create.andSend')}
              </Button>
              <Link to={`${scope.base}/endpoints`} className="btn">
                {t('action.cancel')}
              </Link>
              <span className="flex-1" />
              {/* Its code takes the id that the endpoint is given. */}
              {draft.code.trim() === '' && (
                <CopyAs {...copiedOf(scope.application, draft, name)} withoutUrl />
              )}
            </div>
          </form>
          <div className="flex flex-col gap-6">
            <Probe draft={draft} onWorked={setWorkedAt} onUseUrl={(url) => set({ url })} />
            <Preview draft={draft} />
          </div>
        </div>
      </div>
    </Body>
  )
}

/** The request for the endpoint as it is typed, but for its transformation. */
function bodyOf(draft: Draft, name: string): EndpointBody {
  return {
    url: draft.url.trim(),
    description: name.trim(),
    ...(draft.events === null ? {} : { eventTypes: draft.events }),
    ...(draft.headers.length === 0 ? {} : { headers: headersOf(draft.headers) }),
    authentication: draft.authentication,
    ...tlsOfNew(draft.tls),
    ...(filterOf(draft.filter) == null ? {} : { filter: filterOf(draft.filter) ?? null }),
    ...(draft.labels.length === 0 ? {} : { metadata: headersOf(draft.labels) }),
    ...settingsOf(draft.delivery),
  }
}

function copiedOf(application: string, draft: Draft, name: string): CopyAsProps {
  const { authentication, tls, headers } = draft
  return {
    request: {
      ...{ method: 'POST', path: path('app', application, 'endpoint') },
      body: bodyOf(draft, name),
    },
    secrets: [...secretOf(authentication), tls.key, ...secretsOf(headers)],
  }
}

function ForMessage(props: { readonly message: MessageForNew }) {
  const w = useWords(words)
  const { base } = useScope()
  const { id, type } = props.message
  return (
    <Notice tone="info" title={w('create.forMessage')}>
      <Link to={`${base}/messages/${encodeURIComponent(id)}`} className="link">
        {type} <span className="mono break-all">{id}</span>
      </Link>
    </Notice>
  )
}

/**
 * The endpoint with its transformation: paused until that is stored, so that no event goes out
 * without it.
 */
async function made(
  application: string,
  code: string,
  body: Parameters<typeof createEndpoint>[1],
): Promise<Made> {
  if (code.trim() === '') {
    return { endpoint: await createEndpoint(application, body), transformationError: null }
  }
  const endpoint = await createEndpoint(application, { ...body, paused: true })
  try {
    const sent = { body: { enabled: true, code }, ifMatch: endpoint.updatedAt }
    await saveEndpointPart(application, endpoint.id, 'transformation', sent)
    const resumed = await patchEndpoint(application, endpoint.id, { paused: false })
    return { endpoint: resumed, transformationError: null }
  } catch (transformationError) {
    return { endpoint, transformationError }
  }
}
