import Type from 'typebox'
import { EventTypeIn, EventTypeOut } from './event-type.ts'
import { operation } from './operation.ts'
import {
  Empty,
  EventTypeName,
  FeatureFlag,
  Maybe,
  NoQuery,
  Nullable,
  Timestamp,
} from './primitives.ts'

export const Imported = Type.Object({
  name: EventTypeName,
  description: Type.String(),
  schemas: Maybe(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
  deprecated: Type.Boolean(),
  groupName: Maybe(Type.String()),
  featureFlags: Maybe(Type.Array(FeatureFlag)),
})

export const ImportedChange = Type.Object({
  name: EventTypeName,
  change: Type.String({ enum: ['created', 'changed', 'same'] }),
  description: Type.String(),
  groupName: Nullable(Type.String()),
  version: Nullable(
    Type.String({
      description: 'Of the schema that it has afterwards; null: it has none.',
    }),
  ),
})

const administer = { access: 'organization', permission: 'administer', query: NoQuery } as const

export const importOpenApi = operation({
  id: 'v1.event-type.import-openapi',
  summary: 'Make event types of the `webhooks` of an OpenAPI document.',
  method: 'POST',
  path: '/event-type/import/openapi',
  ...administer,
  body: Type.Object({
    dryRun: Maybe(Type.Boolean({ description: 'Say what would change, and change nothing.' })),
    replaceAll: Maybe(Type.Boolean({ description: 'Archive every type that is not in it.' })),
    spec: Maybe(Type.Record(Type.String(), Type.Unknown())),
    specRaw: Maybe(
      Type.String({ description: 'The document as text: JSON, or YAML of at most 1 MiB.' }),
    ),
  }),
  success: {
    200: Type.Object({
      data: Type.Object({
        modified: Type.Array(EventTypeName),
        to_modify: Maybe(Type.Array(Imported)),
      }),
    }),
  },
  errors: [],
})

export const importEventTypes = operation({
  id: 'v1.event-type.import',
  summary:
    'Make or change event types from a text: OpenAPI with `webhooks`, AsyncAPI, or a list with name, description, group and example. A schema that differs becomes the next version; nothing is archived.',
  method: 'POST',
  path: '/event-type/import',
  ...administer,
  body: Type.Object({
    text: Type.String({
      minLength: 1,
      description:
        'The document as JSON or YAML (YAML of at most 1 MiB), or lines of cells parted by commas, semicolons or tabs; a first line may name them.',
    }),
    dryRun: Maybe(Type.Boolean({ description: 'Say what would change, and change nothing.' })),
  }),
  success: {
    200: Type.Object({
      format: Type.String({ enum: ['openapi', 'asyncapi', 'list'] }),
      data: Type.Array(ImportedChange),
    }),
  },
  errors: [],
  own: true,
})

const Settings = Nullable(Type.Record(Type.String(), Type.Unknown()))

export const Exported = Type.Object({
  version: Type.Integer(),
  createdAt: Timestamp,
  eventTypes: Type.Array(EventTypeOut),
  settings: Settings,
  connectors: Type.Array(Type.Unknown()),
})

export const exportEnvironment = operation({
  id: 'v1.environment.export',
  summary: 'The event types of the organisation, to be imported elsewhere.',
  method: 'POST',
  path: '/environment/export',
  ...administer,
  body: Empty,
  bodyOptional: true,
  success: { 200: Exported },
  errors: [],
  withoutIdempotency: true,
})

export const importEnvironment = operation({
  id: 'v1.environment.import',
  summary: 'Create or replace the event types of an export. What is not in it stays.',
  method: 'POST',
  path: '/environment/import',
  ...administer,
  body: Type.Object({
    eventTypes: Maybe(Type.Array(EventTypeIn, { maxItems: 5000 })),
    settings: Type.Optional(Settings),
    connectors: Maybe(Type.Array(Type.Unknown(), { description: 'Refused unless empty.' })),
  }),
  bodyOptional: true,
  success: { 204: null },
  errors: [],
})

export const importOperations = [
  importOpenApi,
  importEventTypes,
  exportEnvironment,
  importEnvironment,
]
