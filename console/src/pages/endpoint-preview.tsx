/** What stands beside the form of a new endpoint: a test of it, and what its server will get. */
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { wantsType } from '../../../src/domain/type-rule.ts'
import type { Authentication } from '../api/model.ts'
import { testUnsaved } from '../api/profile-calls.ts'
import { Button } from '../components/button.tsx'
import type { EventChoice } from '../components/event-picker.tsx'
import { SelectField } from '../components/field.tsx'
import { type HeaderRow, headersOf } from '../components/header-rows.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { placeOfProof } from '../state/authentication.ts'
import { exampleOf, useEventTypes } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { type TlsDraft, tlsOfNew } from '../state/tls.ts'
import { useWords } from '../state/words.ts'
import { TestResults } from './test-results.tsx'

const words = { en: createEn, es: createEs }

const PlannedSnippets = lazy(async () => ({
  default: (await import('./endpoint-snippets.tsx')).PlannedSnippets,
}))

/** As much of the form as a request shows. */
interface Draft {
  readonly url: string
  readonly events: EventChoice
  readonly headers: readonly HeaderRow[]
  readonly authentication: Authentication
  readonly tls: TlsDraft
}

/** One signed-looking test through the real sender, before anything is saved. */
export function Probe(props: {
  readonly draft: Draft
  /** A test with that address has worked. */
  readonly onWorked: (url: string) => void
  readonly onUseUrl: (url: string) => void
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const { draft } = props
  const types = useEventTypes().data ?? []
  const wanted = types.filter(({ name }) => wantsType(draft.events, name))
  const offered = (wanted.length > 0 ? wanted : types).map(({ name }) => name)
  const [picked, setPicked] = useState('')
  const type = offered.includes(picked) ? picked : offered[0]
  const probe = useMutation({
    mutationFn: (url: string) =>
      testUnsaved(scope.application, {
        url,
        ...(type === undefined ? {} : { eventTypes: [type] }),
        headers: headersOf(draft.headers),
        authentication: draft.authentication,
        ...tlsOfNew(draft.tls),
      }),
    onSuccess: (test, url) => {
      if (test.succeeded) props.onWorked(url)
    },
  })
  const redirect = probe.data?.results.find(({ redirectTo }) => redirectTo !== null)?.redirectTo
  return (
    <Section
      title={t('endpoint.tryIt')}
      actions={
        <Button
          busy={probe.isPending}
          disabled={draft.url.trim() === ''}
          onClick={() => probe.mutate(draft.url.trim())}
        >
          {t('test.send')}
        </Button>
      }
    >
      {offered.length > 1 && type !== undefined && (
        <SelectField
          label={t('column.type')}
          value={type}
          options={offered.map((name) => ({ value: name, label: name }))}
          onChange={setPicked}
        />
      )}
      <div aria-live="polite" className="flex flex-col gap-2">
        {probe.isIdle && <p className="text-ink-3">{t('endpoint.tryItText')}</p>}
        {probe.isError && <Failure error={probe.error} />}
        {redirect != null && (
          <Notice
            tone="warn"
            title={w('create.redirects', { url: redirect })}
            actions={
              <Button onClick={() => props.onUseUrl(redirect)}>{w('create.useRedirect')}</Button>
            }
          />
        )}
        {probe.data !== undefined && <TestResults test={probe.data} />}
      </div>
    </Section>
  )
}

/** What the server behind the URL will get: the request, and how to verify it. */
export function Preview(props: { readonly draft: Draft }) {
  const t = useT()
  const types = useEventTypes().data ?? []
  const type = types.find(({ name }) => wantsType(props.draft.events, name)) ?? types[0]
  const sample = (type === undefined ? null : exampleOf(type)) ?? '{}'
  const { header, parameter } = placeOfProof(props.draft.authentication)
  const path = pathOf(props.draft.url, parameter)
  return (
    <Section title={t('endpoint.preview')}>
      <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-2.5 text-ink-2">
        {`POST ${path}
content-type: application/json
webhook-id: msg_…
webhook-timestamp: ${Math.floor(Date.now() / 1000)}
webhook-signature: v1,…`}
        {props.draft.headers
          .filter(({ name }) => name !== '')
          .map(({ name, value }) => `\n${name}: ${value}`)
          .join('')}
        {header !== undefined && `\n${header}`}
      </pre>
      <JsonView text={sample} label={t('message.payload')} />
      <Suspense>
        <PlannedSnippets url={props.draft.url.trim()} />
      </Suspense>
    </Section>
  )
}

function pathOf(url: string, parameter: string | undefined): string {
  const added = (search: string): string =>
    parameter === undefined ? search : `${search === '' ? '?' : `${search}&`}${parameter}`
  try {
    const parsed = new URL(url)
    return parsed.pathname + added(parsed.search)
  } catch {
    return `/${added('')}`
  }
}
