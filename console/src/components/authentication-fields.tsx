import { keepsSecret } from '../../../src/domain/authentication.ts'
import type { Authentication } from '../api/model.ts'
import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { begun, withoutSecret } from '../state/authentication.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { SelectField, TextField } from './field.tsx'

const words = { en: authEn, es: authEs }

interface Kind {
  readonly label: keyof typeof authEn
  /** What its secret is. */
  readonly help: keyof typeof authEn
}

const kinds: Readonly<Record<string, Kind>> = {
  'api-key': { label: 'auth.apiKey', help: 'auth.apiKeyHelp' },
  basic: { label: 'auth.basic', help: 'auth.basicHelp' },
  bearer: { label: 'auth.bearer', help: 'auth.bearerHelp' },
  totp: { label: 'auth.totp', help: 'auth.totpHelp' },
  oauth2: { label: 'auth.oauth2', help: 'auth.oauth2Help' },
}

/** How requests show who sends them: the fields follow the kind. */
/** What a kind is called; empty: none. */
export function kindLabel(
  kind: string,
  w: ReturnType<typeof useWords<(typeof words)['en']>>,
): string {
  const { label } = kinds[kind] ?? {}
  return kind === '' ? w('auth.none') : label === undefined ? kind : w(label)
}

export function AuthenticationFields(props: {
  readonly label?: string
  readonly help?: string | undefined
  readonly kinds: readonly string[]
  readonly value: Authentication
  /** As it was when the form was opened. */
  readonly stored: Authentication
  readonly hasSecret: boolean
  /** By their field: `authentication.secret`. */
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (value: Authentication) => void
}) {
  const w = useWords(words)
  const { value, stored, faults, onChange } = props
  const kind = String(value?.['kind'] ?? '')
  const known = kinds[kind]
  return (
    <fieldset className="flex flex-col gap-3">
      <SelectField
        label={props.label ?? w('auth.title')}
        help={props.help}
        error={faults['authentication'] ?? faults['authentication.kind']}
        value={kind}
        options={[
          { value: '', label: w('auth.none') },
          ...props.kinds.map((one) => ({ value: one, label: kindLabel(one, w) })),
        ]}
        onChange={(next) => onChange(stored?.['kind'] === next ? stored : begun(next))}
      />
      {value !== null && <KindFields kind={kind} value={value} faults={faults} set={onChange} />}
      {value !== null && (
        <SecretField
          help={known === undefined ? undefined : w(known.help)}
          stored={secretOf(props.hasSecret ? stored : null, value)}
          value={String(value['secret'] ?? '')}
          error={faults['authentication.secret']}
          onChange={(secret) =>
            onChange(secret === '' ? withoutSecret(value) : { ...value, secret })
          }
        />
      )}
    </fieldset>
  )
}

type StoredSecret = 'none' | 'kept' | 'elsewhere'

/** What becomes of the secret that was kept with `stored`. */
function secretOf(stored: Authentication, value: NonNullable<Authentication>): StoredSecret {
  if (stored?.['kind'] !== value['kind']) return 'none'
  return keepsSecret(stored, value) ? 'kept' : 'elsewhere'
}

function SecretField(props: {
  readonly help: string | undefined
  readonly stored: StoredSecret
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (secret: string) => void
}) {
  const w = useWords(words)
  const may = useScope().may.manageEndpoints
  const told = {
    ...{ none: '', elsewhere: w('auth.elsewhere') },
    kept: w(may ? 'auth.kept' : 'auth.keptOnly'),
  }[props.stored]
  return (
    <TextField
      label={w('auth.secret')}
      type="password"
      autoComplete="new-password"
      mono
      help={`${props.help ?? ''} ${told}`.trim()}
      error={props.error}
      value={props.value}
      onChange={props.onChange}
    />
  )
}

interface KindProps {
  readonly value: NonNullable<Authentication>
  readonly faults: Readonly<Record<string, string>>
  readonly set: (value: Authentication) => void
}

function KindFields({ kind, ...props }: KindProps & { readonly kind: string }) {
  const w = useWords(words)
  const { value, faults, set } = props
  switch (kind) {
    case 'api-key':
      return <PlaceFields {...props} />
    case 'totp':
      return (
        <>
          <PlaceFields {...props} />
          <CodeFields {...props} />
        </>
      )
    case 'basic':
      return (
        <TextField
          label={w('auth.username')}
          autoComplete="off"
          error={faults['authentication.username']}
          value={String(value['username'] ?? '')}
          onChange={(username) => set({ ...value, username })}
        />
      )
    case 'oauth2':
      return <ClientFields {...props} />
    default:
      return null
  }
}

/** Where a key or a code goes. */
function PlaceFields({ value, faults, set }: KindProps) {
  const w = useWords(words)
  const inQuery = value['placement'] === 'query'
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={w('auth.placement')}
        value={inQuery ? 'query' : 'header'}
        options={[
          { value: 'header', label: w('auth.inHeader') },
          { value: 'query', label: w('auth.inQuery') },
        ]}
        onChange={(placement) => set({ ...value, placement })}
      />
      <TextField
        label={w(inQuery ? 'auth.parameterName' : 'auth.headerName')}
        mono
        error={faults['authentication.name']}
        value={String(value['name'] ?? '')}
        onChange={(name) => set({ ...value, name })}
      />
    </div>
  )
}

/** What both sides of a one-time code have agreed on. */
function CodeFields({ value, faults, set }: KindProps) {
  const w = useWords(words)
  const offered = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }))
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <SelectField
        label={w('auth.digits')}
        value={String(value['digits'] ?? 6)}
        options={offered(['6', '7', '8'])}
        onChange={(digits) => set({ ...value, digits: Number(digits) })}
      />
      <TextField
        label={w('auth.period')}
        inputMode="numeric"
        error={faults['authentication.periodSeconds']}
        value={String(value['periodSeconds'] ?? 30)}
        onChange={(text) =>
          set({ ...value, periodSeconds: /^\d+$/.test(text) ? Number(text) : text })
        }
      />
      <SelectField
        label={w('auth.algorithm')}
        value={String(value['algorithm'] ?? 'SHA1')}
        options={offered(['SHA1', 'SHA256', 'SHA512'])}
        onChange={(algorithm) => set({ ...value, algorithm })}
      />
    </div>
  )
}

/** A client that fetches tokens by its own credentials. */
function ClientFields({ value, faults, set }: KindProps) {
  const w = useWords(words)
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label={w('auth.tokenUrl')}
        mono
        error={faults['authentication.tokenUrl']}
        value={String(value['tokenUrl'] ?? '')}
        onChange={(tokenUrl) => set({ ...value, tokenUrl })}
      />
      <TextField
        label={w('auth.clientId')}
        autoComplete="off"
        error={faults['authentication.clientId']}
        value={String(value['clientId'] ?? '')}
        onChange={(clientId) => set({ ...value, clientId })}
      />
      <TextField
        label={w('auth.scope')}
        mono
        optional
        error={faults['authentication.scope']}
        value={String(value['scope'] ?? '')}
        onChange={(scope) => set({ ...value, scope: scope === '' ? null : scope })}
      />
      <SelectField
        label={w('auth.clientAuthentication')}
        value={value['clientAuthentication'] === 'body' ? 'body' : 'basic'}
        options={[
          { value: 'basic', label: w('auth.inHeader') },
          { value: 'body', label: w('auth.inBody') },
        ]}
        onChange={(clientAuthentication) => set({ ...value, clientAuthentication })}
      />
    </div>
  )
}
