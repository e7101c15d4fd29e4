import type { FormEvent } from 'react'
import type { Authentication, EndpointOut } from '../api/model.ts'
import { AuthenticationFields } from '../components/authentication-fields.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { authenticationOf, withoutSecret } from '../state/authentication.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useProfile } from '../state/profile.ts'
import { faultsOf, hasFault } from '../state/profile-draft.ts'
import { useSaveEndpoint } from '../state/save-endpoint.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { Overtaken, SaveBar } from './save-bar.tsx'

const words = { en: authEn, es: authEs }

/** How its requests show who sends them; the secret is kept, and never shown again. */
export function AuthenticationSection(props: { readonly endpoint: EndpointOut }) {
  const w = useWords(words)
  const scope = useScope()
  const profile = useProfile(scope.application)
  const { endpoint } = props
  const stored = authenticationOf(endpoint.authentication)
  const edit = useDraft({
    ...{ stored, version: endpoint.updatedAt },
    plain: (one) => Object.entries(one ?? {}).sort(),
  })
  const { draft, setDraft } = edit
  const save = useSaveEndpoint(endpoint, (saved, { authentication = null }) => {
    const kept = withoutSecret(authentication)
    setDraft(kept)
    edit.settle(kept, saved.updatedAt)
  })
  const form = useFocusOnRefusal(save.error)
  if (profile.data === undefined) return null
  const faults = faultsOf(save.error)
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate({ version: edit.version, patch: { authentication: draft } })
  }
  return (
    <Section title={w('auth.title')} description={w('auth.help')}>
      <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && !hasFault(faults, 'authentication') && (
          <Failure error={save.error} />
        )}
        <AuthenticationFields
          label={w('auth.kind')}
          kinds={profile.data.authentications}
          value={draft}
          stored={stored}
          hasSecret={endpoint.authentication?.['hasSecret'] === true}
          faults={faults}
          onChange={setDraft}
        />
        <SaveBar dirty={edit.dirty} busy={save.isPending} onDiscard={edit.discard} />
      </form>
    </Section>
  )
}

/** The same of an endpoint that is being made. */
export function AuthenticationOfNew(props: {
  readonly kinds: readonly string[]
  readonly value: Authentication
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (value: Authentication) => void
}) {
  const w = useWords(words)
  return <AuthenticationFields {...props} help={w('auth.help')} stored={null} hasSecret={false} />
}
