import { X } from 'lucide-react'
import { useState } from 'react'
import { type Sender, senders } from '../../../src/domain/senders.ts'
import type { BinOut } from '../api/model.ts'
import { Button, IconButton } from '../components/button.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: binEn, es: binEs }

type Kind = Sender | 'standard'
const kinds: readonly Kind[] = ['standard', ...senders]

/** `stripe:whsec_…` is Stripe's; one without a sender is of Standard Webhooks. */
function kindOf(secret: string): Kind {
  return senders.find((sender) => secret.startsWith(`${sender}:`)) ?? 'standard'
}

/** Without whose it is, and the header that it comes in. */
export function bareSecret(secret: string): string {
  const kind = kindOf(secret)
  if (kind === 'standard') return secret
  return secret.slice(kind === 'hmac' ? secret.indexOf(':', 5) + 1 : kind.length + 1)
}

/** What was typed so far: secrets that were added, and one that may not be yet. */
export interface SecretsDraft {
  readonly added: readonly string[]
  readonly kind: Kind
  readonly header: string
  readonly secret: string
}
export const noSecrets: SecretsDraft = { added: [], kind: 'standard', header: '', secret: '' }

/** All of them, one that was typed and not added too: nobody's work is lost by saving. */
export function secretsOf({ added, kind, header, secret }: SecretsDraft): readonly string[] {
  const text = secret.trim()
  if (text === '') return added
  const before = kind === 'standard' ? '' : kind === 'hmac' ? `hmac:${header.trim()}:` : `${kind}:`
  return [...added, before + text]
}

/** Secrets to check other senders with; they replace those that are kept. */
export function BinSecrets(props: {
  readonly bin: BinOut
  readonly draft: SecretsDraft
  readonly onChange: (draft: SecretsDraft) => void
}) {
  const w = useWords(words)
  const [missing, setMissing] = useState(false)
  const { bin, draft, onChange } = props
  const { added, kind, header, secret } = draft
  function add(): void {
    setMissing(secret.trim() === '')
    onChange({ ...draft, added: secretsOf(draft), secret: '' })
  }
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 font-[550]">{w('bin.secretsTitle')}</legend>
      <p className="text-ink-3 text-xs">
        {w('bin.secretsText')}{' '}
        {bin.secretCount > 0 && w('bin.secretsReplace', { count: bin.secretCount })}
      </p>
      {added.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {added.map((one) => (
            <li key={one} className="chip py-0 pr-0.5">
              {w(`sender.${kindOf(one)}`)}
              <IconButton
                label={w('bin.secretRemove', { name: w(`sender.${kindOf(one)}`) })}
                onClick={() =>
                  onChange({ ...draft, added: added.filter((other) => other !== one) })
                }
              >
                <X size={13} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="grid items-start gap-2 sm:grid-cols-2">
        <SelectField
          label={w('bin.secretOf')}
          value={kind}
          options={kinds.map((value) => ({ value, label: w(`sender.${value}`) }))}
          onChange={(next) => onChange({ ...draft, kind: next })}
        />
        {kind === 'hmac' && (
          <TextField
            label={w('bin.secretHeader')}
            mono
            placeholder="x-signature"
            value={header}
            onChange={(next) => onChange({ ...draft, header: next })}
          />
        )}
        <TextField
          label={w('bin.secretSecret')}
          mono
          autoComplete="off"
          error={missing ? w('bin.secretMissing') : undefined}
          placeholder={kind === 'standard' || kind === 'stripe' ? 'whsec_…' : ''}
          value={secret}
          onChange={(next) => onChange({ ...draft, secret: next })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault() // the form around would be saved
            add()
          }}
        />
      </div>
      <div>
        <Button onClick={add}>{w('bin.secretAdd')}</Button>
      </div>
    </fieldset>
  )
}
