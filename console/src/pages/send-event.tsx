import { type KeyboardEvent, useDeferredValue, useState } from 'react'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { isTypeRule, wantsType } from '../../../src/domain/type-rule.ts'
import type { EndpointOut, EventTypeOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { EventTypeField } from '../components/event-type-field.tsx'
import { Field, SelectField } from '../components/field.tsx'
import { SchemaVerdict } from '../components/schema-verdict.tsx'
import { useT } from '../i18n.tsx'
import { sendEn } from '../messages/send-en.ts'
import { sendEs } from '../messages/send-es.ts'
import { endpointName, useEndpoints, useEventTypes } from '../state/data.ts'
import { jsonFault } from '../state/json-fault.ts'
import { variants, variantText } from '../state/sample-variants.ts'
import { useWords } from '../state/words.ts'
import { Rehearsal } from './send-rehearsal.tsx'
import { SendingResult, useSending } from './send-sending.tsx'

const words = { en: sendEn, es: sendEs }

const everybody = ''
/** The sample that somebody typed. */
const own = 'own'

/**
 * Sends an event and shows what the receiver answered, in place: to one endpoint alone, or on the
 * usual road to everybody who is subscribed.
 */
export function SendEvent(props: {
  readonly application: string
  readonly eventType: string | null
  readonly endpoint: EndpointOut | null
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const types = useEventTypes()
  const { application } = props
  const endpoints = useEndpoints(application)
  const [to, setTo] = useState(props.endpoint?.id ?? everybody)
  const endpoint =
    endpoints.data?.find(({ id }) => id === to) ?? (to === '' ? null : props.endpoint)
  const wanted = endpoint?.eventTypes ?? null
  const offered = (types.data ?? []).filter(
    (type) => wanted === null || wanted.length === 0 || wantsType(wanted, type.name),
  )
  const [chosen, setChosen] = useState(
    isTypeRule(props.eventType ?? '') ? '' : (props.eventType ?? ''),
  )
  const name = chosen === '' ? (offered[0]?.name ?? '') : chosen
  const type = offered.find((one) => one.name === name)
  const [sample, setSample] = useState('0')
  const [edited, setEdited] = useState<string | null>(null)
  const [rehearsing, setRehearsing] = useState(false)
  const body = edited ?? sampleText(type, sample)
  const settled = useDeferredValue(body)
  const sending = useSending(application)

  function send(): void {
    setRehearsing(false)
    void sending.send(name, body, endpoint?.id ?? null)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send()
    }
  }
  return (
    <Dialog
      title={
        props.endpoint === null
          ? t('send.title')
          : t('send.titleTo', { endpoint: endpointName(props.endpoint) })
      }
      wide
      onClose={props.onClose}
      copyAs={copyOf({ application, endpoint, name, body })}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          {endpoint !== null && (
            <Button onClick={() => setRehearsing(true)}>{w('send.rehearse')}</Button>
          )}
          <Button kind="primary" busy={sending.busy} onClick={send}>
            {sending.sent === null ? t('send.send') : t('send.again')}
            <kbd className="opacity-80">Ctrl ↵</kbd>
          </Button>
        </>
      }
    >
      <div className="grid gap-4 md:grid-cols-2" onKeyDown={onKeyDown}>
        <div className="flex min-w-0 flex-col gap-4">
          <EventTypeField
            value={name}
            offered={offered}
            onChange={(next) => {
              setChosen(next)
              setEdited(null)
              setSample('0')
            }}
          />
          <SelectField
            label={w('send.to')}
            help={endpoint === null ? undefined : w('send.toOneHelp')}
            value={to}
            options={[
              { value: everybody, label: w('send.toAll') },
              ...(endpoints.data ?? (props.endpoint === null ? [] : [props.endpoint]))
                .filter(({ id, disabled }) => !disabled || id === to)
                .map((one) => ({ value: one.id, label: endpointName(one) })),
            ]}
            onChange={setTo}
          />
          <SelectField
            label={w('send.sample')}
            value={edited === null ? sample : own}
            options={[
              ...(edited === null ? [] : [{ value: own, label: w('send.sampleOwn') }]),
              ...examplesOf(type).map((_, at) => ({
                value: String(at),
                label: at === 0 ? w('variant.example') : w('variant.exampleOf', { number: at + 1 }),
              })),
              ...variants.map((variant) => ({ value: variant, label: w(`variant.${variant}`) })),
            ]}
            onChange={(next) => {
              if (next === own) return
              setSample(next)
              setEdited(null)
            }}
          />
          <Field label={t('message.payload')} error={jsonFault(body, t('send.notJson'))}>
            {(control) => (
              <textarea
                {...control}
                className="input mono min-h-64"
                spellCheck={false}
                value={body}
                onChange={(event) => setEdited(event.target.value)}
              />
            )}
          </Field>
          <SchemaVerdict schema={newestSchema(type?.schemas)} text={settled} />
        </div>
        {rehearsing && endpoint !== null ? (
          <Rehearsal
            key={endpoint.id}
            application={application}
            endpoint={endpoint}
            eventType={name}
            body={body}
          />
        ) : (
          <SendingResult sending={sending} />
        )}
      </div>
    </Dialog>
  )
}

function copyOf(input: {
  readonly application: string
  readonly endpoint: EndpointOut | null
  readonly name: string
  readonly body: string
}) {
  const { application, endpoint, name, body } = input
  const json = `{"eventType":${JSON.stringify(name)},"payload":${body}}`
  if (endpoint === null) {
    return {
      cli: `posthorn send ${name} --app ${application} -d ${shellQuoted(body)}`,
      request: { method: 'POST', path: `/app/${application}/msg`, body: json },
    }
  }
  const path = `/app/${application}/endpoint/${endpoint.id}/send-example`
  return {
    cli: `posthorn api POST ${path} -d ${shellQuoted(json)}`,
    request: { method: 'POST', path, body: json },
  }
}

/** At least one: without an example of its own the type has a made-up one. */
function examplesOf(type: EventTypeOut | undefined): readonly unknown[] {
  const schema = newestSchema(type?.schemas)
  const examples: unknown =
    typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'examples') : undefined
  return Array.isArray(examples) && examples.length > 0 ? examples : [{ test: true }]
}

/** An example by its number, or a variant by its name. */
function sampleText(type: EventTypeOut | undefined, sample: string): string {
  const examples = examplesOf(type)
  const variant = variants.find((one) => one === sample)
  return variant === undefined
    ? JSON.stringify(examples[Number(sample)] ?? examples[0], null, 2)
    : variantText(variant, newestSchema(type?.schemas), examples[0])
}
