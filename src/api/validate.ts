/** Turns what a schema refuses into the contract's issues: where, what, and which kind. */
import type Type from 'typebox'
import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import { Settings } from 'typebox/system'
import { type Issue, invalid } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import type { Sentence } from '../domain/sentence.ts'
import { type JsonFault, jsonFaultAt } from './json-body.ts'
import { oversized } from './oversize.ts'
import { listed, mustBe } from './schema-sentences.ts'
import { ofChosenBranches, type SchemaError } from './union-errors.ts'

const issuesMax = 20
// Enough for every branch of a union, so that the chosen one is among them.
Settings.Set({ maxErrors: 64 })

// Times are read by `times.ts`, which takes looser forms than RFC 3339 and says where one is bad.
Format.Set('date-time', () => true)

export type Check = (value: unknown) => void

/** A validator that is compiled when it is first asked. It throws a 422. */
export function validator(schema: Type.TSchema, root: 'body' | 'query'): Check {
  let compiled: ReturnType<typeof Compile> | null = null
  return (value) => {
    compiled ??= Compile(schema)
    if (compiled.Check(value)) return
    const large = oversized(schema, value)
    if (large !== null) {
      const loc = [root, ...locate(large.pointer, value).names]
      throw invalid({ loc, msg: large.msg, type: 'value_error' })
    }
    throw invalid(...issuesOf(compiled.Errors(value), value, root))
  }
}

function issuesOf(errors: readonly SchemaError[], value: unknown, root: string): readonly Issue[] {
  const issues = [...byPlace(ofChosenBranches(errors))].flatMap((faults) =>
    issuesAt(faults, value, root),
  )
  return issues.length > 0
    ? issues.slice(0, issuesMax)
    : [
        {
          loc: [root, '', ''],
          msg: { en: 'not valid', es: 'no es válido' },
          type: 'value_error.jsondecode',
        },
      ]
}

/** A union reports itself besides its branches; a member that is not known, itself besides its object. */
function byPlace(errors: readonly SchemaError[]): Iterable<readonly SchemaError[]> {
  const telling = errors.filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean')
  return Map.groupBy(telling, ({ instancePath }) => instancePath).values()
}

/** Members that lack or are too many are told one by one, all other faults of the place together. */
function issuesAt(faults: readonly SchemaError[], value: unknown, root: string): readonly Issue[] {
  const named = faults.flatMap((fault) => issuesOfMembers(fault, value, root))
  const others = faults.filter(({ keyword }) => !memberKeywords.has(keyword))
  // That it is not null either says nothing alone: the other branch has its faults further in.
  const [first] = others.filter(({ message }) => message !== 'must be null')
  if (first === undefined) return named
  const { names, found } = locate(first.instancePath, value)
  const loc = first.keyword === 'pattern' ? [root, ...names, '__all__'] : [root, ...names]
  const wrongType = first.keyword === 'type' || first.keyword === 'const'
  const issue = {
    loc: loc.length === 1 ? [root, '', ''] : loc,
    msg: mustBe(others, found),
    type: wrongType ? 'value_error.jsondecode' : 'value_error',
  }
  return [...named, issue]
}

const memberKeywords: ReadonlySet<string> = new Set(['required', 'additionalProperties'])

function issuesOfMembers(fault: SchemaError, value: unknown, root: string): readonly Issue[] {
  const { names } = locate(fault.instancePath, value)
  if (fault.keyword === 'required') {
    return listed(fault.params, 'requiredProperties').map((name) => ({
      loc: [root, ...names, name],
      msg: { en: `missing field \`${name}\``, es: `falta el campo \`${name}\`` },
      type: 'value_error.jsondecode',
    }))
  }
  if (fault.keyword === 'additionalProperties') {
    return listed(fault.params, 'additionalProperties').map((name) => ({
      loc: [root, ...names, name],
      msg: { en: 'unknown field', es: 'campo desconocido' },
      type: 'value_error',
    }))
  }
  return []
}

/** A JSON pointer as names, and what stands there; positions in lists read `[0]`. */
function locate(
  pointer: string,
  value: unknown,
): { readonly names: readonly string[]; readonly found: unknown } {
  const names: string[] = []
  let here: unknown = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    names.push(Array.isArray(here) ? `[${name}]` : name)
    here = typeof here === 'object' && here !== null ? Reflect.get(here, name) : undefined
  }
  return { names, found: here }
}

const faultTexts: Readonly<Record<JsonFault, Sentence>> = {
  empty: { en: 'EOF while parsing a value: the body is empty', es: 'EOF: el cuerpo está vacío' },
  not_utf8: { en: 'the body is not valid UTF-8', es: 'el cuerpo no es UTF-8 válido' },
  not_json: { en: 'the body is not valid JSON', es: 'el cuerpo no es JSON válido' },
  not_an_object: {
    en: 'invalid type: expected a JSON object',
    es: 'tipo no válido: se esperaba un objeto JSON',
  },
  too_deep: { en: 'the body is nested too deeply', es: 'el cuerpo está demasiado anidado' },
  too_many: {
    en: `the body has more than ${limits.jsonMembersMax} members`,
    es: `el cuerpo tiene más de ${limits.jsonMembersMax} miembros`,
  },
  too_many_containers: {
    en: `the body has more than ${limits.jsonContainersMax} lists and objects`,
    es: `el cuerpo tiene más de ${limits.jsonContainersMax} listas y objetos`,
  },
  too_many_names: {
    en: `the members of the body have more than ${limits.jsonNamesMax} different names`,
    es: `los miembros del cuerpo tienen más de ${limits.jsonNamesMax} nombres distintos`,
  },
  doubled: {
    en: 'duplicate field: a member is given twice',
    es: 'campo duplicado: un miembro aparece dos veces',
  },
}

/** The 422 of a body that is no JSON object. */
export function unreadable(fault: JsonFault, bytes: Buffer): Error {
  const at = fault === 'not_json' ? jsonFaultAt(bytes) : null
  const said = faultTexts[fault]
  const msg =
    at === null
      ? said
      : {
          en: `${said.en}: line ${at.line}, column ${at.column}`,
          es: `${said.es}: línea ${at.line}, columna ${at.column}`,
        }
  return invalid({ loc: ['body', '', ''], msg, type: 'value_error.jsondecode' })
}

/** One refused field of a body. */
export function refuse(
  field: string | readonly string[],
  msg: Sentence,
  type = 'value_error',
): Error {
  const names = typeof field === 'string' ? [field] : field
  return invalid({ loc: ['body', ...names], msg, type })
}

/** A path value of the wrong form. */
export function badPath(parameter: string, msg: Sentence): Error {
  return invalid({ loc: ['path', parameter, '__all__'], msg, type: 'value_error' })
}

/** One refused query parameter. */
export function refuseQuery(name: string, msg: Sentence): Error {
  return invalid({ loc: ['query', name], msg, type: 'value_error' })
}
