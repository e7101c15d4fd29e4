import type { EndpointOut } from '../api/model.ts'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useDraft } from '../state/draft.ts'
import { useEndpointPart, useSaveEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { faultsOf, refusedRow } from '../state/profile-draft.ts'
import { Overtaken, SaveBar } from './save-bar.tsx'

/** Headers that go along with every request; those that hold secrets are named, not shown. */
export function HeadersSection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const { endpoint } = props
  const stored = useEndpointPart(endpoint, 'headers')
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
  const edit = useDraft<readonly HeaderRow[]>({
    stored: rowsOf(props.headers),
    version: props.version,
    plain: headersOf,
  })
  const { draft: rows, setDraft: setRows } = edit
  const save = useSaveEndpointPart<readonly HeaderRow[]>({
    ...{ endpoint: props.endpoint, name: 'headers', version: edit.version },
    bodyOf: (sent) => ({ headers: headersOf(sent) }),
    onSaved: edit.settle,
  })
  const form = useFocusOnRefusal(save.error)
  const faults = faultsOf(save.error)
  return (
    <form
      ref={form}
      noValidate
      className="flex max-w-2xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(rows)
      }}
    >
      <Overtaken edit={edit} />
      <HeaderRows
        rows={rows}
        onChange={setRows}
        error={faults['headers']}
        refused={refusedRow(faults, 'headers')}
      />
      {save.isError && !edit.overtaken && faults['headers'] === undefined && (
        <Failure error={save.error} />
      )}
      <SaveBar dirty={edit.dirty} busy={save.isPending} onDiscard={edit.discard} />
    </form>
  )
}
