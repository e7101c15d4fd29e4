/** The fields of a system's form, one of each kind. */
import type { FormField } from '../../../src/profiles/profile.ts'
import type { CatalogEventOut, CatalogOut, ProfileOut, WebhookOut } from '../api/profile-calls.ts'
import { AuthenticationFields } from '../components/authentication-fields.tsx'
import { CopyButton } from '../components/button.tsx'
import { EventPicker } from '../components/event-picker.tsx'
import { Field, SelectField, TextField, Toggle } from '../components/field.tsx'
import { HeaderRows } from '../components/header-rows.tsx'
import { JsonView } from '../components/json-view.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { authenticationOf } from '../state/authentication.ts'
import { useEventTypes } from '../state/data.ts'
import { type Draft, refusedRow } from '../state/profile-draft.ts'

interface ProfileFieldProps {
  readonly field: FormField
  readonly draft: Draft
  readonly error: string | undefined
  /** Those of all fields, and of what they have within. */
  readonly faults: Readonly<Record<string, string>>
  /** Of what a context is limited to. */
  readonly scopeError: string | undefined
  readonly catalog: {
    readonly catalog: CatalogOut
    readonly events: readonly CatalogEventOut[]
  } | null
  readonly profile: ProfileOut
  readonly webhook: WebhookOut | null
  readonly onText: (value: string) => void
  readonly onDraft: (change: Partial<Draft>) => void
  readonly onLeave: () => void
}

export function ProfileField(props: ProfileFieldProps) {
  const t = useT()
  const { language } = useLocalization()
  const { field, draft, error } = props
  const label = field.label[language]
  const help = field.help?.[language]
  const value = draft.texts[field.name] ?? ''
  const fixed = field.fixedAfterSaving === true && props.webhook !== null
  switch (field.kind) {
    case 'event':
      return <OneEvent {...props} label={label} />
    case 'events':
      return <ManyEvents {...props} label={label} />
    case 'trigger':
      return (
        <SelectField
          label={label}
          help={help}
          error={error}
          value={value}
          options={[
            { value: '', label: t('form.choose') },
            ...(props.catalog?.catalog.triggers ?? []).map((one) => ({
              value: one.name,
              label: one.label[language],
            })),
          ]}
          onChange={props.onText}
        />
      )
    case 'context':
      return <ContextField {...props} label={label} help={help} value={value} />
    case 'headers':
      return (
        <HeaderRows
          label={label}
          rows={draft.headers}
          error={error}
          refused={refusedRow(props.faults, 'headers')}
          onChange={(headers) => props.onDraft({ headers })}
        />
      )
    case 'switch':
      return (
        <Toggle
          label={label}
          help={help}
          checked={draft.switches[field.name] === true}
          onChange={(on) => props.onDraft({ switches: { ...draft.switches, [field.name]: on } })}
        />
      )
    case 'choice':
      return (
        <SelectField
          label={label}
          help={help}
          error={error}
          value={value}
          options={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
          onChange={props.onText}
        />
      )
    case 'authentication':
      return (
        <AuthenticationFields
          label={label}
          help={help}
          faults={props.faults}
          kinds={props.profile.authentications}
          value={draft.authentication}
          stored={authenticationOf(props.webhook?.authentication)}
          hasSecret={props.webhook?.authentication?.['hasSecret'] === true}
          onChange={(authentication) => props.onDraft({ authentication })}
        />
      )
    case 'multiline':
      return (
        <Field label={label} help={help} error={error} optional={!field.required}>
          {(control) => (
            <textarea
              {...control}
              className="input min-h-16"
              value={value}
              onChange={(event) => props.onText(event.target.value)}
            />
          )}
        </Field>
      )
    case 'read-only':
      return (
        <div className="flex items-center gap-1">
          <div className="flex-1">
            <TextField label={label} help={help} mono readOnly value={value} onChange={() => {}} />
          </div>
          <CopyButton text={value} label={t('copy.id')} />
        </div>
      )
    default:
      return (
        <TextField
          label={label}
          help={help ?? (field.kind === 'scope' ? t('profile.onlyNeeded') : undefined)}
          error={error}
          optional={!field.required}
          readOnly={fixed}
          mono={field.kind === 'url' || field.name === 'code' || field.kind === 'scope'}
          inputMode={field.kind === 'number' ? 'numeric' : field.kind === 'url' ? 'url' : 'text'}
          value={value}
          onBlur={props.onLeave}
          onChange={props.onText}
        />
      )
  }
}

/** One event by a select, with what it would send below it. */
function OneEvent(props: ProfileFieldProps & { readonly label: string }) {
  const t = useT()
  const { language } = useLocalization()
  const [chosen = ''] = props.draft.events
  const event = props.catalog?.events.find(({ name }) => name === chosen)
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label={props.label}
        error={props.error}
        help={event?.description[language]}
        value={chosen}
        options={[
          { value: '', label: t('form.choose') },
          ...(props.catalog?.events ?? []).map(({ name, label }) => ({
            value: name,
            label: label[language],
          })),
        ]}
        onChange={(name) => props.onDraft({ events: name === '' ? [] : [name] })}
      />
      {event !== undefined && <Example event={event} title={t('profile.preview')} />}
    </div>
  )
}

function Example(props: { readonly event: CatalogEventOut; readonly title: string }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="text-ink-3 text-xs">{props.title}</p>
      <JsonView text={JSON.stringify(props.event.example, null, 2)} label={props.title} />
    </div>
  )
}

/** Several events of the catalog, grouped, with the words of the catalog. */
function ManyEvents(props: ProfileFieldProps & { readonly label: string }) {
  const types = useEventTypes().data
  const groups = props.catalog?.catalog.groups ?? []
  const offered =
    props.catalog === null
      ? types
      : props.catalog.events.map((event) => ({
          name: event.name,
          description: event.description.en,
          groupName: event.group,
          deprecated: event.deprecated,
          attributes: {
            ...{ label: event.label, description: event.description },
            group: groups.find(({ name }) => name === event.group),
          },
          createdAt: '',
          updatedAt: '',
        }))
  return (
    <EventPicker
      types={offered}
      value={props.draft.events}
      error={props.error}
      label={props.label}
      withoutAll
      onChange={(events) => props.onDraft({ events: events ?? [] })}
    />
  )
}

/** Where the webhook is made, and to which sites, spaces or realms it is limited. */
function ContextField(
  props: ProfileFieldProps & {
    readonly label: string
    readonly help: string | undefined
    readonly value: string
  },
) {
  const t = useT()
  const { language } = useLocalization()
  const contexts = props.catalog?.catalog.contexts ?? []
  const context = contexts.find(({ name }) => name === props.value)
  const kind = context?.scope
  const isNeeded = context?.required === true
  const scope = props.catalog?.catalog.scopes.find(({ name }) => name === kind)
  const name = `scope.${kind ?? ''}`
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={props.label}
        help={props.help}
        error={props.error}
        value={props.value}
        options={[
          { value: '', label: t('form.choose') },
          ...contexts.map((one) => ({ value: one.name, label: one.label[language] })),
        ]}
        onChange={props.onText}
      />
      {kind !== undefined && (
        <TextField
          label={t('profile.only', { what: scope?.label[language] ?? kind })}
          help={t(isNeeded ? 'profile.onlyNeeded' : 'profile.onlyHelp')}
          error={props.scopeError}
          mono
          optional={!isNeeded}
          value={props.draft.texts[name] ?? ''}
          onChange={(value) => props.onDraft({ texts: { ...props.draft.texts, [name]: value } })}
        />
      )}
    </div>
  )
}
