import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { endpointHeaders, putEndpointHeaders } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { fault, SaveBar } from './save-bar.tsx'

/** Headers that go along with every request; those that hold secrets are named, not shown. */
export function HeadersSection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const scope = useScope()
  const { endpoint } = props
  const stored = useQuery({
    queryKey: ['endpoints', scope.application, 'headers', endpoint.id],
    queryFn: () => endpointHeaders(scope.application, endpoint.id),
    staleTime: 60_000,
  })
  if (stored.data === undefined) {
    return stored.isError ? <Failure error={stored.error} /> : null
  }
  return (
    <Section title={t('headers.label')} description={t('headers.help')}>
      {stored.data.sensitive.length > 0 && (
        <p className="text-ink-2">
          {t('headers.hidden')} <span className="mono">{stored.data.sensitive.join(', ')}</span>
        </p>
      )}
      <HeadersForm
        key={JSON.stringify(stored.data)}
        endpoint={endpoint}
        headers={stored.data.headers}
      />
    </Section>
  )
}

function HeadersForm(props: {
  readonly endpoint: EndpointOut
  readonly headers: Readonly<Record<string, string>>
}) {
  const t = useT()
  const scope = useScope()
  const client = useQueryClient()
  const [rows, setRows] = useState<readonly HeaderRow[]>(rowsOf(props.headers))
  const dirty = JSON.stringify(headersOf(rows)) !== JSON.stringify(props.headers)
  const save = useMutation({
    mutationFn: () => putEndpointHeaders(scope.application, props.endpoint.id, headersOf(rows)),
    onSuccess: () => {
      toast(t('form.saved'))
      return client.invalidateQueries({ queryKey: ['endpoints', scope.application, 'headers'] })
    },
  })
  return (
    <form
      noValidate
      className="flex max-w-2xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <HeaderRows rows={rows} onChange={setRows} error={fault(save.error, 'headers')} />
      {save.isError && fault(save.error, 'headers') === undefined && <Failure error={save.error} />}
      <SaveBar
        dirty={dirty}
        busy={save.isPending}
        onDiscard={() => setRows(rowsOf(props.headers))}
      />
    </form>
  )
}
