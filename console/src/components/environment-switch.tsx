import { useQuery } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { getEnvironment } from '../api/installation-calls.ts'
import { useLocalization } from '../i18n.tsx'

const words = {
  en: { label: 'Environment', test: 'Test', live: 'Live', opens: 'another installation' },
  es: { label: 'Entorno', test: 'Prueba', live: 'Real', opens: 'otra instalación' },
} as const

/** From this environment to the other one, which is an installation of its own with its own sign-in. */
export default function EnvironmentSwitch() {
  const { language } = useLocalization()
  const w = words[language]
  const { data } = useQuery({
    queryKey: ['environment'],
    queryFn: getEnvironment,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (data === undefined || data.otherUrl === null) return null
  const { environment, otherUrl } = data
  return (
    <ul
      aria-label={w.label}
      className="mx-1 mb-2 flex flex-none rounded-md border border-line text-center"
    >
      {(['test', 'live'] as const).map((name) => (
        <li key={name} className="flex flex-1">
          {name === environment ? (
            <span aria-current="true" className="flex-1 bg-sunken py-1 font-[550]">
              {w[name]}
            </span>
          ) : (
            <a
              href={otherUrl}
              className="flex flex-1 items-center justify-center gap-1 py-1 text-ink-2 hover:text-ink"
            >
              {w[name]} <ExternalLink size={13} aria-hidden />
              <span className="sr-only">({w.opens})</span>
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
