/**
 * What roles without `read-unmasked` see of payloads: the server masks as it reads, whoever asks
 * for the text. Handlers that show a payload or an answer to one take a mask; the suite calls every
 * operation with such a role and looks for the masked values.
 */
import * as contract from '../contract/masking.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { type Mask, type MaskPath, parseMaskPath } from '../domain/masking.ts'
import type { RecordStore } from '../store/port/records.ts'
import { putRecord } from '../store/put-record.ts'
import { answer, type Call, conflict, messageOf, type Route, route } from './call.ts'
import { messageText } from './message-text.ts'
import type { Principal } from './principal.ts'
import { refuse } from './validate.ts'

const kind = 'masking'

export const maskingRoutes: readonly Route[] = [
  route(contract.getMasking, async (call, services) => {
    const mask = await storedMask(services.store, call.principal.organizationId)
    return answer(200, { paths: mask.map(({ text }) => text) })
  }),

  route(contract.setMasking, async (call, services) => {
    const paths = readPaths(call.body.paths).map(({ text }) => text)
    const { organizationId } = call.principal
    const record = { kind, id: organizationId, owner: organizationId, body: { paths } } as const
    if (!(await putRecord(services.store, record))) {
      throw conflict({
        en: 'Others change the masked paths too; try again.',
        es: 'Otras personas cambian también las rutas ocultas; inténtalo de nuevo.',
      })
    }
    return answer(200, { paths })
  }),

  route(contract.previewMasking, async (call, services) => {
    const mask = readPaths(call.body.paths)
    const { message } = await messageOf(call, services, true)
    return { status: 200, body: messageText(message, { withContent: true, mask }) }
  }),
]

/** Each once. */
function readPaths(texts: readonly string[]): Mask {
  const paths = new Map<string, MaskPath>()
  for (const [at, text] of texts.entries()) {
    const parsed = parseMaskPath(text.trim())
    if (!parsed.ok) throw refuse(['paths', `[${at}]`], parsed.reason, 'mask_path')
    paths.set(parsed.path.text, parsed.path)
  }
  return [...paths.values()]
}

/** Whose rights and whose payloads decide. */
type Asking = Pick<Call<unknown, unknown>, 'principal'>

/** The whole payload. */
const everything: Mask = [{ text: '*', steps: [] }]

/** What is masked for this caller; empty: nothing. */
export async function maskFor(
  { principal }: Asking,
  { store }: { readonly store: Pick<RecordStore, 'findRecord'> },
): Promise<Mask> {
  if (seesAll(principal)) return []
  // A customer sees what they are sent, or nothing of it.
  return principal.kind === 'application' ? everything : storedMask(store, principal.organizationId)
}

function seesAll({ permissions }: Principal): boolean {
  return permissions.has('read-unmasked')
}

export async function storedMask(
  store: Pick<RecordStore, 'findRecord'>,
  organizationId: OrganizationId,
): Promise<Mask> {
  const record = await store.findRecord({ kind, id: organizationId })
  const paths: unknown = record?.body['paths']
  if (!Array.isArray(paths)) return []
  return paths.flatMap((text) => {
    const parsed = parseMaskPath(String(text))
    return parsed.ok ? [parsed.path] : []
  })
}
