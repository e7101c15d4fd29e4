import { type FormEvent, type RefObject, useRef } from 'react'
import type { EndpointOut, EndpointParts } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Changes } from '../components/changes.tsx'
import { Field, Toggle } from '../components/field.tsx'
import { Folded } from '../components/folded.tsx'
import { Changeable } from '../components/guarded.tsx'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { Failure } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { transformationEn } from '../messages/transformation-en.ts'
import { transformationEs } from '../messages/transformation-es.ts'
import { useDraft } from '../state/draft.ts'
import { useEndpointPart, useRequestOfPart, useSaveEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { faultsOf, refusedRow } from '../state/profile-draft.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { fault, Overtaken, SaveBar } from './save-bar.tsx'
import { TransformationBench } from './transformation-bench.tsx'

const words = { en: transformationEn, es: transformationEs }

/** Code that rewrites the payloads of an endpoint, and what it makes of one; closed unless there is some. */
export function EndpointTransformation(props: {
  readonly endpoint: EndpointOut
  /** How the system calls the button that saves. */
  readonly saveWord?: string | undefined
}) {
  const w = useWords(words)
  const scope = useScope()
  const { endpoint } = props
  const path = `/app/${encodeURIComponent(scope.application)}/endpoint/${endpoint.id}/transformation`
  const stored = useEndpointPart(endpoint, 'transformation')
  if (stored.data === undefined) return stored.isError ? <Failure error={stored.error} /> : null
  const { code, enabled, updatedAt } = stored.data
  return (
    <Folded
      title={w('transformation.title')}
      description={
        <>
          {w('transformation.text')}
          {updatedAt !== null && (
            <span className="block">
              {w('transformation.changed')} <Time at={updatedAt} />
            </span>
          )}
        </>
      }
      value={w(
        code === null
          ? 'transformation.none'
          : enabled
            ? 'transformation.isOn'
            : 'transformation.isOff',
      )}
      open={code !== null}
    >
      <Changeable when={scope.may.manageTransformations}>
        <TransformationForm {...props} path={path} stored={stored.data} />
      </Changeable>
    </Folded>
  )
}

interface Draft {
  readonly enabled: boolean
  readonly code: string
  readonly variables: readonly HeaderRow[]
}

function TransformationForm(props: {
  readonly endpoint: EndpointOut
  readonly saveWord?: string | undefined
  readonly path: string
  readonly stored: EndpointParts['transformation'] & { readonly version: string }
}) {
  const w = useWords(words)
  const scope = useScope()
  const may = scope.may.manageTransformations
  const { endpoint, path, stored } = props
  const { enabled, code, variables } = stored
  const edit = useDraft<Draft>({
    stored: { enabled, code: code ?? '', variables: rowsOf(variables) },
    version: stored.version,
    plain: (draft) => ({ ...draft, variables: headersOf(draft.variables) }),
  })
  const { draft } = edit
  const save = useSaveEndpointPart<Draft>({
    ...{ endpoint: endpoint.id, name: 'transformation', version: edit.version },
    ...{ bodyOf, onSaved: edit.settle },
  })
  const request = useRequestOfPart(endpoint.id, 'transformation')
  const form = useFocusOnRefusal(save.error)
  const area = useRef<HTMLTextAreaElement>(null)
  const named = ['code', 'enabled', 'variables'].some((name) => fault(save.error, name))
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate(draft)
  }
  return (
    <div className="flex max-w-2xl flex-col gap-6">
      <form ref={form} noValidate className="flex flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && !named && <Failure error={save.error} />}
        <Fields draft={draft} error={save.error} area={area} onChange={edit.setDraft} />
        <Changes changes={transformationChanges(stored, draft, w)} />
        <SaveBar
          dirty={edit.dirty}
          busy={save.isPending}
          onDiscard={edit.discard}
          may={may}
          copyAs={{ of: w('transformation.title'), request: request(bodyOf(draft)) }}
          word={props.saveWord}
        />
      </form>
      {may && (
        <TransformationBench
          path={`${path}/test`}
          endpoint={endpoint}
          code={draft.code}
          variables={headersOf(draft.variables)}
          onLine={(line) => selectLine(area.current, line)}
        />
      )}
    </div>
  )
}

/** The code line by line, each variable by the name that the code knows it by. */
function transformationChanges(
  stored: EndpointParts['transformation'],
  draft: Draft,
  w: ReturnType<typeof useWords<typeof transformationEn>>,
) {
  const onOrOff = (on: boolean): string => w(on ? 'transformation.on' : 'transformation.off')
  const variables = headersOf(draft.variables)
  const names = new Set([...Object.keys(stored.variables), ...Object.keys(variables)])
  return [
    {
      label: w('transformation.enabled'),
      before: onOrOff(stored.enabled),
      after: onOrOff(draft.enabled),
    },
    { label: w('transformation.code'), before: stored.code ?? '', after: draft.code },
    ...[...names].map((name) => ({
      label: `variables.${name}`,
      before: stored.variables[name] ?? '',
      after: variables[name] ?? '',
    })),
  ]
}

/** The request: without code there is none. */
function bodyOf({ enabled, code, variables }: Draft): object {
  return { enabled, code: code.trim() === '' ? null : code, variables: headersOf(variables) }
}

function Fields(props: {
  readonly draft: Draft
  readonly error: unknown
  readonly area: RefObject<HTMLTextAreaElement | null>
  readonly onChange: (draft: Draft) => void
}) {
  const w = useWords(words)
  const { draft, error, onChange } = props
  const setCode = (code: string): void => onChange({ ...draft, code })
  return (
    <>
      <Toggle
        label={w('transformation.enabled')}
        help={w('transformation.enabledHelp')}
        checked={draft.enabled}
        onChange={(enabled) => onChange({ ...draft, enabled })}
      />
      <Field
        label={w('transformation.code')}
        help={w('transformation.codeHelp')}
        error={fault(error, 'code') ?? fault(error, 'enabled')} // on, without code
      >
        {(control) => (
          <textarea
            {...control}
            ref={props.area}
            className="input mono min-h-48"
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            value={draft.code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
      </Field>
      {draft.code.trim() === '' && (
        <div>
          <Button onClick={() => setCode(exampleCode(w('transformation.comment')))}>
            {w('transformation.example')}
          </Button>
        </div>
      )}
      <HeaderRows
        rows={draft.variables}
        words={{
          label: w('transformation.variables'),
          help: w('transformation.variablesHelp'),
          name: w('transformation.variableName'),
          value: w('transformation.variableValue'),
          add: w('transformation.variableAdd'),
          remove: (name) => w('transformation.variableRemove', { name }),
          example: 'region',
        }}
        error={fault(error, 'variables')}
        refused={refusedRow(faultsOf(error), 'variables')}
        onChange={(variables) => onChange({ ...draft, variables })}
      />
    </>
  )
}

const exampleCode = (comment: string): string => `function handler(webhook) {
  // ${comment}
  webhook.payload.type = webhook.eventType
  return webhook
}
`

/** Puts the keyboard on that line, from 1, and marks it. */
function selectLine(area: HTMLTextAreaElement | null, line: number): void {
  if (area === null) return
  const lines = area.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
  area.focus()
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
}
