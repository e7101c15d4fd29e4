import type { FormEvent } from 'react'
import type { EndpointOut, EndpointParts } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Changes } from '../components/changes.tsx'
import { Folded } from '../components/folded.tsx'
import { Failure } from '../components/states.tsx'
import { TlsFields } from '../components/tls-fields.tsx'
import { useFormats } from '../i18n.tsx'
import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { useDraft } from '../state/draft.ts'
import { useEndpointPart, useRequestOfPart, useSaveEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { noTls, pemText, type TlsDraft, tlsFields, tlsOf } from '../state/tls.ts'
import { useWords } from '../state/words.ts'
import { fault, hidden, Overtaken, SaveBar } from './save-bar.tsx'

const words = { en: authEn, es: authEs }

/** A private authority and a client certificate for one receiver; closed unless one is set. */
export function EndpointTls(props: {
  readonly endpoint: EndpointOut
  /** How the system calls the button that saves. */
  readonly saveWord?: string | undefined
}) {
  const w = useWords(words)
  const stored = useEndpointPart(props.endpoint, 'tls')
  if (stored.data === undefined) return stored.isError ? <Failure error={stored.error} /> : null
  const { ca, certificate } = stored.data
  const set = [
    ...(ca === null ? [] : [w('tls.hasCa')]),
    ...(certificate === null ? [] : [w('tls.hasCertificate')]),
  ]
  return (
    <Folded
      title={w('tls.title')}
      description={w('tls.text')}
      value={set.length === 0 ? w('tls.none') : set.join(' · ')}
      open={set.length > 0}
    >
      <TlsForm
        key={props.endpoint.id}
        endpoint={props.endpoint.id}
        stored={stored.data}
        saveWord={props.saveWord}
      />
    </Folded>
  )
}

function TlsForm(props: {
  readonly endpoint: string
  readonly stored: EndpointParts['tls'] & { readonly version: string }
  readonly saveWord: string | undefined
}) {
  const w = useWords(words)
  const formats = useFormats()
  const { stored } = props
  const edit = useDraft<TlsDraft>({
    stored: { ca: stored.ca ?? '', certificate: stored.certificate ?? '', key: '' },
    version: stored.version,
  })
  const { draft, setDraft } = edit
  const save = useSaveEndpointPart<TlsDraft>({
    ...{ endpoint: props.endpoint, name: 'tls', version: edit.version, bodyOf: tlsOf },
    onSaved({ ca, certificate }, version) {
      const kept = { ca, certificate, key: '' } // the key is kept there, and never shown again
      setDraft(kept)
      edit.settle(kept, version)
    },
  })
  const request = useRequestOfPart(props.endpoint, 'tls')
  const form = useFocusOnRefusal(save.error)
  const unnamed = save.isError && !tlsFields.some((name) => fault(save.error, name) !== undefined)
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate(draft)
  }
  return (
    <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
      <Overtaken edit={edit} />
      {unnamed && !edit.overtaken && <Failure error={save.error} />}
      <TlsFields
        draft={draft}
        hasKey={stored.hasKey}
        faultOf={(name) => fault(save.error, name)}
        onChange={setDraft}
      />
      {stored.certificateExpiresAt !== null && (
        <p className="text-ink-2">
          {w('tls.expires')} {formats.full(Date.parse(stored.certificateExpiresAt))}
        </p>
      )}
      <Changes changes={tlsChanges(stored, draft, w)} />
      <SaveBar
        dirty={edit.dirty}
        busy={save.isPending}
        onDiscard={edit.discard}
        word={props.saveWord}
        copyAs={{
          of: w('tls.title'),
          request: request(tlsOf(draft)),
          secrets: [draft.key],
        }}
      >
        {(stored.ca !== null || stored.certificate !== null) && (
          <Button kind="danger" onClick={() => save.mutate(noTls)}>
            {w('tls.remove')}
          </Button>
        )}
      </SaveBar>
    </form>
  )
}

/** The key is never among it: that there is one, or another, shows as dots. */
function tlsChanges(
  stored: EndpointParts['tls'],
  draft: TlsDraft,
  w: ReturnType<typeof useWords<typeof authEn>>,
) {
  const kept = stored.hasKey ? hidden : ''
  const typed = stored.hasKey ? `${hidden} ${w('secret.another')}` : hidden
  return [
    { label: w('tls.ca'), before: pemText(stored.ca ?? ''), after: pemText(draft.ca) },
    {
      label: w('tls.certificate'),
      before: pemText(stored.certificate ?? ''),
      after: pemText(draft.certificate),
    },
    {
      label: w('tls.key'),
      before: kept,
      // Without its certificate the key goes too.
      after: draft.key.trim() !== '' ? typed : draft.certificate.trim() === '' ? '' : kept,
    },
  ]
}

/** The same of an endpoint that is being made; closed, as few receivers want it. */
export function TlsOfNew(props: {
  readonly draft: TlsDraft
  /** By their field: `tls.key`. */
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (draft: TlsDraft) => void
}) {
  const w = useWords(words)
  return (
    <details>
      <summary className="w-fit rounded-sm font-[550]">{w('tls.titleOfNew')}</summary>
      <p className="mt-1 mb-3 text-ink-3 text-xs">{w('tls.text')}</p>
      <div className="flex flex-col gap-4">
        <TlsFields
          draft={props.draft}
          hasKey={false}
          faultOf={(name) => props.faults[`tls.${name}`]}
          onChange={props.onChange}
        />
      </div>
    </details>
  )
}
