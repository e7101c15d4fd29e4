/** What `posthorn recover` says before it sends anything. */
import type { Context } from './context.ts'
import { table } from './text.ts'

export interface Preview {
  readonly matching: number
  readonly alreadyDelivered: number
  readonly onTheWay: number
  readonly toSend: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly endpoints: readonly { readonly endpointId: string; readonly matching: number }[]
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

const eventTypesShown = 10

export function showPreview(
  preview: Preview,
  { skip, context }: { readonly skip: boolean; readonly context: Context },
): void {
  const { t, print, paint } = context
  context.emit(preview)
  const more = preview.complete ? '' : '+'
  const { matching, alreadyDelivered, onTheWay } = preview
  const count = skip ? preview.toSend : matching
  print(
    t({
      en: `${matching}${more} match, ${alreadyDelivered} arrived since, ${onTheWay} are on their way.`,
      es: `${matching}${more} coinciden, ${alreadyDelivered} ya llegaron, ${onTheWay} van en camino.`,
    }),
  )
  if (preview.oldest !== null) print(paint.dim(`${preview.oldest} … ${preview.newest}`))
  const rows = [
    ...preview.endpoints.map((each) => [each.endpointId, String(each.matching)]),
    ...preview.eventTypes.slice(0, eventTypesShown).map((each) => [each.name, String(each.count)]),
  ]
  for (const line of table(rows)) print(`  ${line}`)
  print(
    t({
      en: `${count}${more} would be sent again. Nothing was sent: add --go.`,
      es: `Se reenviarían ${count}${more}. No se envió nada: agrega --go.`,
    }),
  )
}

export interface Missing {
  readonly missing: number
  readonly seen: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

/** What an endpoint never got. */
export function showMissing(found: Missing, context: Context): void {
  const { t, print, paint } = context
  context.emit(found)
  const more = found.complete ? '' : '+'
  const { missing, seen, oldest, newest } = found
  if (oldest !== null) print(paint.dim(`${oldest} … ${newest}`))
  const rows = found.eventTypes.slice(0, eventTypesShown)
  for (const line of table(rows.map((each) => [each.name, String(each.count)]))) print(`  ${line}`)
  print(
    t({
      en: `${missing}${more} of ${seen}${more} messages were never sent to it. Nothing was sent: add --go.`,
      es: `${missing}${more} de ${seen}${more} mensajes nunca se le enviaron. No se envió nada: agrega --go.`,
    }),
  )
}
