/** Where a payload leaves its type's JSON Schema. The checker comes when it is first needed. */
export interface SchemaFault {
  /** `data.items[0].sku`; empty: the payload itself. */
  readonly path: string
  /** Of JSON Schema: `required`, `type`, ... */
  readonly keyword: string
  /** What the schema wants there, as far as it can be said in a word. */
  readonly wanted: string
}

/** The checker stops after so many; larger payloads are not looked at. */
export const checkedCharsMax = 262_144

/** None: it fits. Null: the schema cannot be used. Formats are not insisted on, as receivers do not. */
export async function schemaFaults(
  schema: unknown,
  value: unknown,
): Promise<readonly SchemaFault[] | null> {
  if (typeof schema !== 'object' || schema === null) return null
  const { Errors } = await import('typebox/schema')
  try {
    const [, found] = Errors(schema, value)
    return found
      .filter(({ keyword }) => keyword !== 'boolean' && keyword !== 'format')
      .map(({ keyword, instancePath, params }) => ({
        path: dotted(instancePath),
        keyword,
        wanted: wantedOf(params),
      }))
  } catch {
    return null
  }
}

/** `/items/0/sku` as people write it. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`
      return path === '' ? part : `${path}.${part}`
    }, '')
}

function wantedOf(params: object): string {
  const [wanted] = Object.entries(params)
    .filter(([name]) => name !== 'comparison')
    .map(([, value]) => value as unknown) // of any keyword
  if (Array.isArray(wanted)) return wanted.map((one) => String(one)).join(', ')
  return wanted === undefined ? '' : typeof wanted === 'string' ? wanted : JSON.stringify(wanted)
}
