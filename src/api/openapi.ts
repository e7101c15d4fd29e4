/** OpenAPI 3.1 from the same operations and schemas that validate and route. */
import type Type from 'typebox'
import type { AnyOperation } from '../contract/operation.ts'
import { operations } from '../contract/operations.ts'
import { pathParameter } from '../contract/path-parameters.ts'
import { ErrorOut, ValidationErrorOut } from '../contract/primitives.ts'
import { errorsOf, keepsKeys } from '../contract/statuses.ts'
import { apiPrefix } from './routes.ts'

type Json = Readonly<Record<string, unknown>>

const errorNames: Readonly<Record<number, string>> = {
  400: 'The request makes no sense here.',
  401: 'No valid credentials.',
  403: 'The credentials do not allow this.',
  404: 'Not found, or not visible to the caller.',
  408: 'What was waited for did not come in time.',
  409: 'Conflicts with what is there.',
  413: 'The body is too large.',
  422: 'The request is not valid.',
  429: 'Too many requests.',
  503: 'Cannot be stored now; try again.',
}

export function openApiDocument(input: { readonly version: string }): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of operations) {
    const path = `${apiPrefix}${operation.path}`
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: operationObject(operation),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Posthorn API',
      version: input.version,
      description:
        'Send webhooks. Compatible with the Svix API: its SDKs work with only the server URL changed. Requests that are no proper HTTP get 400 and compressed bodies 415, whatever the path; requests that a delivery of ours made get 508. Bins of the inspector take requests at `/in/<bin>`, any from anybody, which is no operation: docs/inspector.md tells what it does.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key or a token.' },
      },
      schemas: { ErrorOut, ValidationErrorOut },
    },
  }
}

function operationObject(operation: AnyOperation): Json {
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.id.split('.')[1] ?? ''],
    ...(operation.deprecated === true ? { deprecated: true } : {}),
    ...(operation.access === 'public' ? { security: [] } : {}),
    'x-access': operation.access,
    'x-permission': operation.permission,
    parameters: [
      ...pathParameters(operation),
      ...queryParameters(operation.query),
      ...headerParameters(operation),
    ],
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: operation.bodyOptional !== true,
            content: { 'application/json': { schema: operation.body } },
          },
        }),
    responses: responses(operation),
  }
}

function pathParameters(operation: AnyOperation): readonly Json[] {
  return [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: pathParameter(name).pattern },
  }))
}

function queryParameters(query: Type.TSchema): readonly Json[] {
  const properties: unknown = Reflect.get(query, 'properties')
  const required: unknown = Reflect.get(query, 'required')
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: Array.isArray(required) && required.includes(name),
    schema,
    ...(Reflect.get(Object(schema), 'type') === 'array' ? { style: 'form', explode: false } : {}),
  }))
}

function headerParameters(operation: AnyOperation): readonly Json[] {
  return [
    ...(keepsKeys(operation) ? [idempotencyKey] : []),
    ...(operation.conditional ? [ifMatch] : []),
  ]
}

const ifMatch = {
  name: 'if-match',
  in: 'header',
  required: false,
  description: 'The `updatedAt` that was read: a conflict (409) when it was changed since.',
  schema: { type: 'string', examples: ['"2026-01-01T00:00:00.000Z"'] },
}

const idempotencyKey = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  description: 'Repeating a request with the same key and body gives the first answer again.',
  schema: { type: 'string', minLength: 1, maxLength: 256 },
}

const eventStream = {
  schema: { type: 'string', description: 'Server-sent events; their data is an item of `data`.' },
}

function responses(operation: AnyOperation): Json {
  const found: Record<string, Json> = {}
  for (const [status, schema] of Object.entries(operation.success)) {
    found[status] =
      schema === null
        ? { description: 'Done.' }
        : {
            description: 'Done.',
            content: {
              ...Object.fromEntries(
                (operation.contentTypes ?? ['application/json']).map((type) => [type, { schema }]),
              ),
              ...(operation.streams === true ? { 'text/event-stream': eventStream } : {}),
            },
          }
  }
  for (const status of errorsOf(operation)) {
    found[String(status)] = {
      description: errorNames[status] ?? 'Error.',
      content: {
        'application/json': {
          schema: {
            $ref: `#/components/schemas/${status === 422 ? 'ValidationErrorOut' : 'ErrorOut'}`,
          },
        },
      },
    }
  }
  return found
}
