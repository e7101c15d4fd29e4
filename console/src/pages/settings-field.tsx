/** One setting of the installation as a field, with where its value comes from. */
import type { ReactNode } from 'react'
import type { Setting } from '../api/installation-calls.ts'
import { Field, SelectField, TextField, Toggle } from '../components/field.tsx'
import { RetryTimeline } from '../components/retry-timeline.tsx'
import { useT } from '../i18n.tsx'
import { installationEn } from '../messages/installation-en.ts'
import { installationEs } from '../messages/installation-es.ts'
import { delaysOf } from '../state/delays.ts'
import { profileNames } from '../state/profiles.ts'
import { isWrong, kindOf, textOf } from '../state/setting-texts.ts'
import { useWords } from '../state/words.ts'

const words = { en: installationEn, es: installationEs }

interface FieldProps {
  readonly setting: Setting
  readonly value: string
  /** Nobody changes it here, or not this person. */
  readonly locked: boolean
  readonly error: string | undefined
  readonly onChange: (value: string) => void
}

const choices = {
  environment: ['test', 'live'],
  signatureHeaders: ['webhook', 'svix', 'both'],
  portalRadius: ['none', 'small', 'medium', 'large'],
  portalFont: ['geist', 'system', 'serif', 'rounded', 'mono'],
  portalDensity: ['compact', 'normal', 'comfortable'],
} as const

export function SettingField(props: FieldProps) {
  const w = useWords(words)
  const { setting, value, locked } = props
  const { name } = setting
  const fixed = setting.source === 'environment'
  const label = w(`set.${name}` as 'set.wrong') // each setting has its label
  const help = useHelp(setting)
  const wrong = isWrong(name, value) ? w('set.wrong') : undefined
  const shared = { label, help, error: wrong ?? props.error, onChange: props.onChange, value }
  const field = (): ReactNode => {
    switch (kindOf(name)) {
      case 'lines':
        return <Lines {...shared} readOnly={fixed || locked} />
      case 'switch':
        return (
          <Toggle
            {...{ label, help }}
            checked={value === 'true'}
            onChange={(on) => props.onChange(String(on))}
          />
        )
      case 'profile':
        return (
          <SelectField
            {...shared}
            options={Object.entries(profileNames).map(([id, text]) => ({ value: id, label: text }))}
          />
        )
      case 'choice':
        return (
          <SelectField
            {...shared}
            options={choices[name as keyof typeof choices].map((id) => ({
              value: id as string,
              label: w(`choice.${id}`),
            }))}
          />
        )
      case 'sections':
        return <Sections {...shared} />
      case 'delays':
        return <Delays {...shared} />
      default:
        return (
          <TextField
            {...shared}
            inputMode={kindOf(name) === 'text' ? 'text' : 'decimal'}
            placeholder={name === 'portalAccent' ? '325ac2' : ''}
          />
        )
    }
  }
  if (!fixed && !locked) return field()
  return (
    <fieldset disabled className="contents">
      {field()}
    </fieldset>
  )
}

/** How a variable is written, which a field is not. */
const fromEnvironment =
  /: true (o|or) false(?=\.)|,? (separad[oa]s por comas|separated by commas)(?=[.:;])/g

/** What it means; then what fixes it, or what it would be without what was stored. */
function useHelp(setting: Setting): string {
  const w = useWords(words)
  const { name, variable, source, fallback } = setting
  const kind = kindOf(name)
  const own =
    name === 'retryScheduleMs' || name === 'attemptTimeoutMs' ? w(`set.${name}.help`) : null
  const parts = [own ?? setting.description.replace(fromEnvironment, '')]
  if (kind === 'lines' && source !== 'environment') parts.push(w('set.lines'))
  if (source === 'environment') parts.push(w('set.fixed', { variable }))
  const usual = textOf(name, fallback)
  if (source === 'stored' && usual !== '' && kind !== 'switch') {
    parts.push(w('set.default', { value: usual }))
  }
  return parts.join(' ')
}

interface Shared {
  readonly label: string
  readonly help: string
  readonly error: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
}

function Lines(props: Shared & { readonly readOnly: boolean }) {
  return (
    <Field label={props.label} help={props.help} error={props.error}>
      {(control) => (
        <textarea
          {...control}
          className="input mono min-h-14"
          spellCheck={false}
          readOnly={props.readOnly}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function Delays(props: Shared) {
  const delays = delaysOf(props.value)
  return (
    <div className="flex flex-col gap-2">
      <TextField {...props} mono spellCheck={false} />
      {delays !== null && <RetryTimeline delaysMs={delays} />}
    </div>
  )
}

/** Each section of the portal, marked where it is left out. */
function Sections(props: Shared) {
  const t = useT()
  const w = useWords(words)
  const hidden = new Set(props.value.split(',').filter((name) => name !== ''))
  const names = {
    overview: t('nav.overview'),
    endpoints: t('nav.endpoints'),
    deliveries: t('nav.deliveries'),
    messages: t('nav.messages'),
    catalog: t('nav.catalog'),
    recovery: t('nav.recovery'),
    checkup: w('portal.checkup'),
    snippets: w('portal.snippets'),
  }
  const set = (name: string, hide: boolean): void => {
    const next = Object.keys(names).filter((one) => (one === name ? hide : hidden.has(one)))
    props.onChange(next.join(','))
  }
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 font-[550]">{props.label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1.5">
        {Object.entries(names).map(([name, label]) => (
          <label key={name} className="flex min-h-6 items-center gap-1.5">
            <input
              type="checkbox"
              checked={hidden.has(name)}
              onChange={(event) => set(name, event.target.checked)}
            />
            {label}
          </label>
        ))}
      </div>
      {props.error !== undefined && (
        <p role="alert" className="text-err text-xs">
          {props.error}
        </p>
      )}
    </fieldset>
  )
}
