import { isSensitive } from '../../../src/domain/header-rule.ts'
import type { EndpointOut } from '../api/model.ts'
import { Changes } from '../components/changes.tsx'
import { Folded } from '../components/folded.tsx'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useDraft } from '../state/draft.ts'
import { useEndpointPart, useRequestOfPart, useSaveEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { faultsOf, refusedRow } from '../state/profile-draft.ts'
import { useWords } from '../state/words.ts'
import { Overtaken, SaveBar } from './save-bar.tsx'

const words = { en: createEn, es: createEs }

/** Headers that go along with every request; those that hold secrets are named, not shown. */
export function HeadersSection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const w = useWords(words)
  const { endpoint } = props
  const stored = useEndpointPart(endpoint, 'headers')
  if (stored.data === undefined) {
    return stored.isError ? <Failure error={stored.error} /> : null
  }
  const count = Object.keys(stored.data.headers).length + stored.data.sensitive.length
  return (
    <Folded
      title={t('headers.label')}
      description={t('headers.help')}
      value={count === 0 ? w('value.none') : w('value.headers', { count })}
      open={count > 0}
    >
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
    </Folded>
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
  const t = useT()
  const request = useRequestOfPart(props.endpoint, 'headers')
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
      <Changes changes={headerChanges(props.headers, headersOf(rows))} />
      <SaveBar
        dirty={edit.dirty}
        busy={save.isPending}
        onDiscard={edit.discard}
        copyAs={{
          of: t('headers.label'),
          request: request({ headers: headersOf(rows) }),
          secrets: secretsOf(rows),
        }}
      />
    </form>
  )
}

/** What goes nowhere in the clear: the values of headers that are named for it. */
export const secretsOf = (rows: readonly HeaderRow[]): readonly string[] =>
  rows.filter(({ name }) => isSensitive(name.trim())).map(({ value }) => value)

/** Each header that would be another, come or go. */
function headerChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.map((name) => ({
    label: name,
    before: before[name] ?? '',
    after: after[name] ?? '',
  }))
}
