import { Braces, Link2, Terminal } from 'lucide-react'
import { urlOf } from '../api/http.ts'
import { useT } from '../i18n.tsx'
import { useScopeOrNull } from '../state/scope.tsx'
import { copyText } from './button.tsx'
import { Menu } from './menu.tsx'
import { toast } from './toast.tsx'

export interface CopyAsProps {
  readonly cli?: string
  readonly request?: {
    readonly method?: string
    readonly path: string
    readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
    readonly body?: string
  }
  /** The same from a JavaScript program. */
  readonly code?: string
  readonly url?: string
  /** In a dialog: its address says nothing of what was typed. */
  readonly withoutUrl?: boolean
}

/** What this list or action is elsewhere: the command, the request, the address of the page. */
export function CopyAs(props: CopyAsProps) {
  const t = useT()
  const copy = (text: string): void => {
    void copyText(text).then(() => toast(t('copy.copied')))
  }
  const portal = useScopeOrNull()?.portal === true
  const { request, code } = props
  const cli = portal ? undefined : props.cli
  return (
    <Menu
      label={t('copy.as')}
      items={[
        ...(cli === undefined
          ? []
          : [
              {
                id: 'cli',
                label: t('copy.asCli'),
                icon: <Terminal size={14} aria-hidden />,
                onSelect: () => copy(cli),
              },
            ]),
        ...(request === undefined
          ? []
          : [
              {
                id: 'curl',
                label: t('copy.asCurl'),
                icon: <Terminal size={14} aria-hidden />,
                onSelect: () => copy(curlOf(request)),
              },
            ]),
        ...(code === undefined
          ? []
          : [
              {
                id: 'code',
                label: 'JavaScript',
                icon: <Braces size={14} aria-hidden />,
                onSelect: () => copy(code),
              },
            ]),
        ...(props.withoutUrl === true
          ? []
          : [
              {
                id: 'url',
                label: t('copy.asUrl'),
                icon: <Link2 size={14} aria-hidden />,
                onSelect: () => copy(props.url ?? location.href),
              },
            ]),
      ]}
    />
  )
}

/** The key stays out: it is read from the environment. */
function curlOf(request: {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string
}): string {
  const url = location.origin + urlOf(request.path, request.query)
  return [
    'curl',
    request.method === undefined || request.method === 'GET' ? '' : `-X ${request.method}`,
    shellQuoted(url),
    '-H "authorization: Bearer $POSTHORN_API_KEY"',
    request.body === undefined
      ? ''
      : `-H 'content-type: application/json' --data-raw ${shellQuoted(request.body)}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** In single quotes, inside which nothing has a meaning but the quote itself. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
