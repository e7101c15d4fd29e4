import type { FormEvent } from 'react'
import { path } from '../api/calls.ts'
import type { Authentication, EndpointOut } from '../api/model.ts'
import { AuthenticationFields, kindLabel } from '../components/authentication-fields.tsx'
import { Changes } from '../components/changes.tsx'
import { Folded } from '../components/folded.tsx'
import { Failure } from '../components/states.tsx'
import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { authenticationOf, secretOf, withoutSecret } from '../state/authentication.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useProfile } from '../state/profile.ts'
import { faultsOf, hasFault } from '../state/profile-draft.ts'
import { useSaveEndpoint } from '../state/save-endpoint.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { hidden, Overtaken, SaveBar } from './save-bar.tsx'

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
  const hasSecret = endpoint.authentication?.['hasSecret'] === true
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate({ version: edit.version, patch: { authentication: draft } })
  }
  return (
    <Folded
      title={w('auth.title')}
      description={w('auth.help')}
      value={kindLabel(String(stored?.['kind'] ?? ''), w)}
      open={stored !== null}
    >
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
          hasSecret={hasSecret}
          faults={faults}
          onChange={setDraft}
        />
        <Changes changes={proofChanges(stored, draft, { w, hasSecret })} />
        <SaveBar
          dirty={edit.dirty}
          busy={save.isPending}
          onDiscard={edit.discard}
          copyAs={{
            of: w('auth.title'),
            request: {
              method: 'PATCH',
              path: path('app', scope.application, 'endpoint', endpoint.id),
              body: { authentication: draft },
            },
            secrets: secretOf(draft),
          }}
        />
      </form>
    </Folded>
  )
}

const labels: Readonly<Record<string, keyof typeof authEn>> = {
  username: 'auth.username',
  name: 'auth.headerName',
  placement: 'auth.placement',
  tokenUrl: 'auth.tokenUrl',
  clientId: 'auth.clientId',
  scope: 'auth.scope',
}

/** The secret is never among it: that there is one, or another, shows as dots. */
function proofChanges(
  before: Authentication,
  after: Authentication,
  of: { readonly w: ReturnType<typeof useWords<typeof authEn>>; readonly hasSecret: boolean },
) {
  const { w, hasSecret } = of
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  names.delete('secret')
  const text = (from: Authentication, name: string): string => {
    const value = String(from?.[name] ?? '')
    return name === 'kind' ? kindLabel(value, w) : value
  }
  const kept = hasSecret ? hidden : ''
  const typed = String(after?.['secret'] ?? '') !== ''
  // Of another kind the secret is another too.
  const stays = before?.['kind'] === after?.['kind'] ? kept : ''
  return [
    ...[...names].map((name) => ({
      label: name === 'kind' ? w('auth.kind') : labels[name] === undefined ? name : w(labels[name]),
      before: text(before, name),
      after: text(after, name),
    })),
    {
      label: w('auth.secret'),
      before: kept,
      after: !typed ? stays : hasSecret ? `${hidden} ${w('secret.another')}` : hidden,
    },
  ]
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
