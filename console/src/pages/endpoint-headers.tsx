import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getEndpoint, putEndpointHeaders } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useEndpointHeaders } from '../state/endpoint-headers.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useScope } from '../state/scope.tsx'
import { fault, Overtaken, SaveBar } from './save-bar.tsx'

/** Headers that go along with every request; those that hold secrets are named, not shown. */
export function HeadersSection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const { endpoint } = props
  const stored = useEndpointHeaders(endpoint)
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
        key={endpoint.id}
        endpoint={endpoint.id}
        headers={stored.data.headers}
        version={stored.data.version}
      />
    </Section>
  )
}

function HeadersForm(props: {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly version: string
}) {
  const t = useT()
  const scope = useScope()
  const client = useQueryClient()
  const edit = useDraft<readonly HeaderRow[]>({
    stored: rowsOf(props.headers),
    version: props.version,
    plain: headersOf,
  })
  const { draft: rows, setDraft: setRows } = edit
  const refresh = () => client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
  const save = useMutation({
    async mutationFn() {
      await putEndpointHeaders(scope.application, props.endpoint, headersOf(rows), edit.version)
      return getEndpoint(scope.application, props.endpoint)
    },
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: ({ updatedAt }) => {
      edit.settle(rows, updatedAt)
      toast(t('form.saved'))
      return refresh()
    },
  })
  const form = useFocusOnRefusal(save.error)
  return (
    <form
      ref={form}
      noValidate
      className="flex max-w-2xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Overtaken edit={edit} />
      <HeaderRows rows={rows} onChange={setRows} error={fault(save.error, 'headers')} />
      {save.isError && !edit.overtaken && fault(save.error, 'headers') === undefined && (
        <Failure error={save.error} />
      )}
      <SaveBar dirty={edit.dirty} busy={save.isPending} onDiscard={edit.discard} />
    </form>
  )
}
