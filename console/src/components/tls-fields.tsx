import { authEn } from '../messages/auth-en.ts'
import { authEs } from '../messages/auth-es.ts'
import { type TlsDraft, type TlsField, tlsFields } from '../state/tls.ts'
import { useWords } from '../state/words.ts'
import { Field } from './field.tsx'

const words = { en: authEn, es: authEs }

/** The authorities of a receiver, and the certificate that is shown to it: as PEM. */
export function TlsFields(props: {
  readonly draft: TlsDraft
  /** A private key is stored: it stays until another is pasted. */
  readonly hasKey: boolean
  readonly faultOf: (field: TlsField) => string | undefined
  readonly onChange: (draft: TlsDraft) => void
}) {
  const w = useWords(words)
  const { draft, hasKey } = props
  const help = {
    ca: w('tls.caHelp'),
    certificate: w('tls.certificateHelp'),
    key: hasKey ? `${w('tls.keyHelp')} ${w('tls.keyKept')}` : w('tls.keyHelp'),
  }
  return tlsFields.map((name) => (
    <Field
      key={name}
      label={w(`tls.${name}`)}
      help={help[name]}
      error={props.faultOf(name)}
      optional
    >
      {(control) => (
        <textarea
          {...control}
          className="input mono min-h-20"
          spellCheck={false}
          autoComplete="off"
          placeholder={
            name === 'key' ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----'
          }
          value={draft[name]}
          onChange={(event) => props.onChange({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  ))
}
