/** Where a new endpoint is, what is to be told of that address, and where requests to it come from. */
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { getEgress } from '../api/installation-calls.ts'
import { TextField } from '../components/field.tsx'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { urlWarning } from '../state/url-warnings.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }

export function UrlField(props: {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (url: string) => void
}) {
  return (
    <TextField
      label={useT()('column.url')}
      mono
      type="url"
      inputMode="url"
      autoComplete="off"
      placeholder="https://api.example.com/hooks"
      value={props.value}
      error={props.error}
      help={useUrlHint(props.value)}
      onChange={props.onChange}
    />
  )
}

function useUrlHint(url: string): ReactNode {
  const t = useT()
  const w = useWords(words)
  const egress = useQuery({ queryKey: ['egress'], queryFn: getEgress, staleTime: 60_000 })
  const warning = urlWarning(url)
  if (warning === null) {
    const addresses = egress.data?.addresses.join(', ') ?? ''
    const help = url.trim() === '' ? t('endpoint.urlHelp') : ''
    const told = addresses === '' ? '' : w('create.egress', { addresses })
    return help === '' && told === '' ? undefined : `${help} ${told}`.trim()
  }
  const sentences = {
    scheme: () => t('endpoint.urlScheme'),
    local: () => t('endpoint.urlLocal'),
    private: () => w('create.urlPrivate'),
    plain: () => t('endpoint.urlPlain'),
  }
  return <span className="text-warn">{sentences[warning]()}</span>
}
