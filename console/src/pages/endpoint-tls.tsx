import type { FormEvent } from 'react'
import type { EndpointOut, EndpointParts } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Failure } from '../components/states.tsx'
import { TlsFields } from '../components/tls-fields.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { useDraft } from '../state/draft.ts'
import { useEndpointPart, useSaveEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useScope } from '../state/scope.tsx'
import { noTls, type TlsDraft, tlsFields, tlsOf } from '../state/tls.ts'
import { useWords } from '../state/words.ts'
import { fault, Overtaken } from './save-bar.tsx'

const words = { en: authEn, es: authEs }

/** A private authority and a client certificate for one receiver; closed unless one is set. */
export function EndpointTls(props: { readonly endpoint: EndpointOut }) {
  const w = useWords(words)
  const stored = useEndpointPart(props.endpoint, 'tls')
  if (stored.data === undefined) return stored.isError ? <Failure error={stored.error} /> : null
  const set = stored.data.ca !== null || stored.data.certificate !== null
  return (
    <details open={set} className="max-w-2xl">
      <summary className="w-fit rounded-sm font-semibold text-base">{w('tls.title')}</summary>
      <p className="mt-1 mb-3 text-ink-3">{w('tls.text')}</p>
      <TlsForm key={props.endpoint.id} endpoint={props.endpoint.id} stored={stored.data} />
    </details>
  )
}

function TlsForm(props: {
  readonly endpoint: string
  readonly stored: EndpointParts['tls'] & { readonly version: string }
}) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const may = useScope().may.manageEndpoints
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
  const form = useFocusOnRefusal(save.error)
  const unnamed = save.isError && !tlsFields.some((name) => fault(save.error, name) !== undefined)
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate(draft)
  }
  return (
    <form ref={form} noValidate className="flex flex-col gap-4" onSubmit={submit}>
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
      <div className={may ? 'flex flex-wrap gap-2' : 'hidden'}>
        <Button type="submit" kind="primary" busy={save.isPending}>
          {t('form.save')}
        </Button>
        {(stored.ca !== null || stored.certificate !== null) && (
          <Button kind="danger" onClick={() => save.mutate(noTls)}>
            {w('tls.remove')}
          </Button>
        )}
      </div>
    </form>
  )
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
