import { useT } from '../i18n.tsx'
import { SelectField, TextField } from './field.tsx'

/** As the API has it, numbers of one-time codes too: what is not shown here stays as it is. */
export type Authentication = Readonly<Record<string, string | number | null>> | null

/** How requests show who sends them: the fields follow the kind. */
export function AuthenticationFields(props: {
  readonly label: string
  readonly help?: string | undefined
  readonly kinds: readonly string[]
  readonly value: Authentication
  readonly hasSecret: boolean
  readonly error?: string | undefined
  readonly onChange: (value: Authentication) => void
}) {
  const t = useT()
  const { value, onChange } = props
  const kind = String(value?.['kind'] ?? '')
  const set = (name: string) => (text: string) => onChange({ ...value, [name]: text })
  const text = (name: string): string => String(value?.[name] ?? '')
  const named = kind === 'api-key' || kind === 'totp'
  return (
    <fieldset className="flex flex-col gap-3">
      <SelectField
        label={props.label}
        help={props.help}
        error={props.error}
        value={kind}
        options={[
          { value: '', label: t('auth.none') },
          ...props.kinds.map((one) => ({ value: one, label: kindLabel(one, t) })),
        ]}
        onChange={(next) =>
          onChange(
            next === ''
              ? null
              : {
                  kind: next,
                  ...(next === 'api-key' || next === 'totp'
                    ? { name: 'x-api-key', placement: 'header' }
                    : {}),
                },
          )
        }
      />
      {named && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label={t('auth.name')} mono value={text('name')} onChange={set('name')} />
          <SelectField
            label={t('auth.placement')}
            value={text('placement') === 'query' ? 'query' : 'header'}
            options={[
              { value: 'header', label: t('auth.inHeader') },
              { value: 'query', label: t('auth.inQuery') },
            ]}
            onChange={set('placement')}
          />
        </div>
      )}
      {kind === 'basic' && (
        <TextField label={t('auth.username')} value={text('username')} onChange={set('username')} />
      )}
      {kind === 'oauth2' && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t('auth.tokenUrl')}
            mono
            value={text('tokenUrl')}
            onChange={set('tokenUrl')}
          />
          <TextField
            label={t('auth.clientId')}
            value={text('clientId')}
            onChange={set('clientId')}
          />
          <TextField
            label={t('auth.scope')}
            mono
            optional
            value={text('scope')}
            onChange={(scope) => onChange({ ...value, scope: scope === '' ? null : scope })}
          />
        </div>
      )}
      {kind !== '' && (
        <TextField
          label={t('auth.secret')}
          type="password"
          autoComplete="off"
          mono
          placeholder={props.hasSecret ? t('auth.kept') : ''}
          value={text('secret')}
          onChange={set('secret')}
        />
      )}
    </fieldset>
  )
}

function kindLabel(kind: string, t: ReturnType<typeof useT>): string {
  switch (kind) {
    case 'api-key':
      return t('auth.apiKey')
    case 'basic':
      return t('auth.basic')
    case 'bearer':
      return t('auth.bearer')
    case 'totp':
      return t('auth.totp')
    case 'oauth2':
      return t('auth.oauth2')
    default:
      return kind
  }
}
