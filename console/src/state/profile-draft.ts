/** What a system's form holds while it is filled in, and the request that it becomes. */
import type { FormField } from '../../../src/profiles/profile.ts'
import { ApiError } from '../api/http.ts'
import type { Authentication } from '../api/model.ts'
import type { CatalogOut, ProfileOut, WebhookOut } from '../api/profile-calls.ts'
import { type HeaderRow, headersOf } from '../components/header-rows.tsx'
import { authenticationOf } from './authentication.ts'

export interface Draft {
  readonly texts: Readonly<Record<string, string>>
  readonly events: readonly string[]
  readonly headers: readonly HeaderRow[]
  readonly switches: Readonly<Record<string, boolean>>
  readonly authentication: Authentication
}

export function draftOf(
  webhook: WebhookOut | null,
  profile: ProfileOut,
  headers: readonly HeaderRow[],
): Draft {
  const scopes = Object.entries(webhook?.scope ?? {}).map(
    ([kind, ids]) => [`scope.${kind}`, ids.join(', ')] as const,
  )
  const given: Readonly<Record<string, string | null | undefined>> = {
    name: webhook?.name,
    code: webhook?.code,
    url: webhook?.url,
    description: webhook?.description,
    trigger: webhook?.trigger,
    context: webhook?.context,
    integration: webhook?.integration ?? 'manual',
    notificationType: webhook?.notificationType ?? 'REST',
    id: webhook?.id,
    runCount: webhook === null ? '' : String(webhook.summary?.runCount ?? 0),
    ...Object.fromEntries(scopes),
  }
  return {
    texts: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ''])),
    events: webhook?.eventTypes ?? [],
    headers,
    switches: {
      active: webhook?.active ?? profile.rules.activeByDefault,
      hidden: webhook?.hidden ?? false,
    },
    authentication: authenticationOf(webhook?.authentication),
  }
}

export function isShown(field: FormField, draft: Draft, webhook: WebhookOut | null): boolean {
  if (field.kind === 'secret') return false // on its own tab, once there is one
  if (field.kind === 'read-only' || field.onceSaved === true) return webhook !== null
  if (field.visibleFor === undefined) return true
  return field.visibleFor.includes(draft.texts['trigger'] ?? '')
}

export function isEmpty(field: FormField, draft: Draft): boolean {
  if (field.kind === 'events' || field.kind === 'event') return draft.events.length === 0
  if (['switch', 'headers', 'authentication', 'read-only'].includes(field.kind)) return false
  return (draft.texts[field.name] ?? '').trim() === ''
}

/**
 * A code that nobody typed is made of the name: shown before it is saved once its suggestion has come,
 * and otherwise chosen by the server as it saves. So nobody who was quicker has to wait.
 */
export function isChosenByServer(
  field: FormField,
  draft: Draft,
  webhook: WebhookOut | null,
): boolean {
  const named = (draft.texts['name'] ?? '').trim() !== ''
  return field.name === 'code' && webhook === null && named && isEmpty(field, draft)
}

/** The request body: what the form shows, in the API's words. */
export function bodyOf(
  draft: Draft,
  shown: readonly FormField[],
  saved: { readonly catalog: CatalogOut | null; readonly webhook: WebhookOut | null },
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const scope: Record<string, readonly string[]> = {}
  for (const field of shown) {
    if (saved.webhook !== null && field.fixedAfterSaving === true) continue
    if (isChosenByServer(field, draft, saved.webhook)) continue
    const text = (draft.texts[field.name] ?? '').trim()
    switch (field.kind) {
      case 'event':
      case 'events':
        body['eventTypes'] = draft.events
        break
      case 'headers':
        body['headers'] = headersOf(draft.headers)
        break
      case 'switch':
        if (field.name === 'active') body['disabled'] = draft.switches['active'] !== true
        else body[field.name] = draft.switches[field.name] === true
        break
      case 'authentication':
        body['authentication'] = draft.authentication
        break
      case 'scope':
        scope[field.name.replace(/^scope\./, '')] = idsIn(text)
        break
      case 'context': {
        body['context'] = text
        const kind = saved.catalog?.contexts.find(({ name }) => name === text)?.scope
        if (kind !== undefined) scope[kind] = idsIn(draft.texts[`scope.${kind}`] ?? '')
        break
      }
      case 'number':
        if (text !== '') body[field.name] = Number(text)
        break
      case 'read-only':
      case 'secret':
        break
      default:
        body[field.name] = text
    }
  }
  if (Object.keys(scope).length > 0) body['scope'] = scope
  return body
}

const idsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((id) => id !== '')

/** Whether one of them is told by that field or by a part of it. */
export const hasFault = (faults: Readonly<Record<string, string>>, field: string): boolean =>
  Object.keys(faults).some((name) => name === field || name.startsWith(`${field}.`))

/** Fields with fields of their own. */
const inParts: ReadonlySet<string> = new Set(['scope', 'authentication', 'policy', 'tls'])
/** Fields of rows, each with a name of its own. */
const inRows: ReadonlySet<string> = new Set(['headers', 'variables'])

/**
 * Server errors on their fields: `["body", "scope", "workflow"]` belongs to `scope.workflow`; that of a
 * row to the field, and to `headers.x-team` too.
 */
export function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.issues.flatMap(({ loc: [, field = 'body', part], msg }) => {
      const whole = part === undefined ? field : `${field}.${part}`
      if (inRows.has(field)) return [[field, msg] as const, [whole, msg] as const]
      return [[inParts.has(field) ? whole : field, msg] as const]
    }),
  )
}

/** Of a field of rows, the name of the first that is refused. */
export function refusedRow(
  faults: Readonly<Record<string, string>>,
  field: string,
): string | undefined {
  const start = `${field}.`
  return Object.keys(faults)
    .find((name) => name.startsWith(start))
    ?.slice(start.length)
}
