import { Braces, Link2, Terminal } from 'lucide-react'
import { basePath, type QueryValue, urlOf } from '../api/http.ts'
import { useT } from '../i18n.tsx'
import { useScopeOrNull } from '../state/scope.tsx'
import { copyText } from './button.tsx'
import { Menu } from './menu.tsx'
import { toast } from './toast.tsx'

/** A call of the API. */
export interface CopiedRequest {
  readonly method?: string
  readonly path: string
  readonly query?: Readonly<Record<string, QueryValue>>
  /** Text goes out as it is. */
  readonly body?: unknown
}

export interface CopyAsProps {
  /** Absent: the same calls by `posthorn api`. */
  readonly cli?: string
  /** One or several, one after the other. */
  readonly request?: CopiedRequest | readonly CopiedRequest[]
  /** Parts of a body that do not come into the clear: the command reads them from `$SECRET_1` and so on. */
  readonly secrets?: readonly string[]
  /** A request that is none of the API's, in place of `request`. */
  readonly curl?: string
  /** The same from a JavaScript program. */
  readonly code?: string
  readonly url?: string
  /** In a dialog: its address says nothing of what was typed. */
  readonly withoutUrl?: boolean
  /** Which of several it is of: said to those who hear the page. */
  readonly of?: string
}

/** What this list or action is elsewhere: the command, the request, the address of the page. */
export function CopyAs(props: CopyAsProps) {
  const t = useT()
  const copy = (text: string): void => {
    void copyText(text).then(() => toast(t('copy.copied')))
  }
  const portal = useScopeOrNull()?.portal === true
  const { code, of, secrets = [] } = props
  const requests = [props.request ?? []].flat()
  const inShell = (write: (request: CopiedRequest, secrets: readonly string[]) => string) =>
    requests.length === 0 ? undefined : requests.map((one) => write(one, secrets)).join(' && ')
  const curl = props.curl ?? inShell(curlOf)
  const cli = portal ? undefined : (props.cli ?? inShell(commandOf))
  if (cli === undefined && curl === undefined && code === undefined && props.withoutUrl === true) {
    return null
  }
  return (
    <Menu
      label={t('copy.as')}
      {...(of === undefined ? {} : { spokenLabel: `${t('copy.as')}: ${of}` })}
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
        ...(curl === undefined
          ? []
          : [
              {
                id: 'curl',
                label: t('copy.asCurl'),
                icon: <Terminal size={14} aria-hidden />,
                onSelect: () => copy(curl),
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
function curlOf(request: CopiedRequest, secrets: readonly string[]): string {
  const url = location.origin + urlOf(request.path, request.query)
  const body = bodyOf(request)
  return [
    'curl',
    ...(request.method === undefined || request.method === 'GET' ? [] : [`-X ${request.method}`]),
    shellQuoted(url),
    '-H "authorization: Bearer $POSTHORN_API_KEY"',
    ...(body === undefined
      ? []
      : [`-H 'content-type: application/json' --data-raw ${shellQuoted(body, secrets)}`]),
  ].join(' ')
}

/** The same by the command that makes any call. */
function commandOf(request: CopiedRequest, secrets: readonly string[]): string {
  const path = urlOf(request.path, request.query).slice(basePath.length)
  const body = bodyOf(request)
  const call = `posthorn api ${request.method ?? 'GET'} ${shellQuoted(path)}`
  return body === undefined ? call : `${call} -d ${shellQuoted(body, secrets)}`
}

const bodyOf = ({ body }: CopiedRequest): string | undefined =>
  typeof body === 'string' ? body : JSON.stringify(body)

/**
 * In single quotes, inside which nothing has a meaning but the quote itself. Each of `secrets` is read
 * from the environment instead, as it stands in JSON: `$SECRET_1`, `$SECRET_2`.
 */
export function shellQuoted(text: string, secrets: readonly string[] = []): string {
  const found = secrets.findIndex((secret) => secret !== '' && text.includes(inJson(secret)))
  const secret = secrets[found]
  if (secret === undefined) return `'${text.replaceAll("'", `'\\''`)}'`
  return text
    .split(inJson(secret))
    .map((part) => shellQuoted(part, secrets))
    .join(`"$SECRET_${found + 1}"`)
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
