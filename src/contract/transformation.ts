import Type from 'typebox'
import { outboundMethods } from '../domain/outbound-method.ts'
import { operation } from './operation.ts'
import { EventTypeName, Maybe, NoQuery, Nullable, Timestamp } from './primitives.ts'

const Code = Type.String({
  minLength: 10,
  maxLength: 51_200,
  description: 'JavaScript that defines `function handler(webhook)` and returns the webhook.',
})
const Variables = Type.Record(Type.String(), Type.String({ maxLength: 4096 }))

const path = '/app/{app_id}/endpoint/{endpoint_id}/transformation'

export const getTransformation = operation({
  id: 'v1.endpoint.transformation-get',
  summary: 'Get the transformation of an endpoint.',
  method: 'GET',
  path,
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      code: Nullable(Type.String()),
      enabled: Type.Boolean(),
      variables: Variables,
      updatedAt: Nullable(Timestamp),
    }),
  },
  errors: [404],
})

export const patchTransformation = operation({
  id: 'v1.endpoint.transformation-partial-update',
  summary: 'Change the transformation of an endpoint. The code is tried before it is saved.',
  method: 'PATCH',
  path,
  access: 'application',
  permission: 'manage-transformations',
  query: NoQuery,
  body: Type.Object({
    code: Maybe(Code),
    enabled: Type.Optional(Type.Boolean()),
    variables: Maybe(Variables),
  }),
  success: { 204: null },
  errors: [404],
})

export const testTransformation = operation({
  id: 'v1.endpoint.transformation-test',
  audited: false,
  summary: 'Run code, or the saved code, over a payload. Nothing is saved or sent.',
  method: 'POST',
  path: `${path}/test`,
  access: 'application',
  permission: 'manage-transformations',
  query: NoQuery,
  body: Type.Object({
    code: Maybe(Code),
    variables: Maybe(
      Type.Record(Type.String(), Type.String({ maxLength: 4096 }), {
        description: 'In place of the saved ones.',
      }),
    ),
    eventType: EventTypeName,
    payload: Type.Record(Type.String(), Type.Unknown()),
  }),
  success: {
    200: Type.Object({
      ok: Type.Boolean(),
      method: Type.Optional(Type.Union(outboundMethods.map((method) => Type.Literal(method)))),
      url: Type.Optional(Type.String()),
      headers: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: 'Those that the code set; they are laid over the endpoint’s own.',
        }),
      ),
      payload: Type.Optional(Type.Unknown({ description: 'What the handler returned.' })),
      body: Type.Optional(
        Type.String({
          description: 'What would be sent: the payload in the shape that the profile gives it.',
        }),
      ),
      error: Type.Optional(Type.String()),
      canceled: Type.Optional(
        Type.Boolean({
          description: 'With `ok: false`: the code left the message out, and nothing failed.',
        }),
      ),
      line: Type.Optional(
        Type.Integer({ description: 'The line of the code that the error is at, from 1.' }),
      ),
    }),
  },
  errors: [404],
  withoutIdempotency: true,
  own: true,
})

export const transformationOperations = [getTransformation, patchTransformation, testTransformation]
