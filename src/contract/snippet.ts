import Type from 'typebox'
import { operation } from './operation.ts'
import { Nullable } from './primitives.ts'

const Language = Type.Union([
  Type.Literal('javascript'),
  Type.Literal('python'),
  Type.Literal('go'),
  Type.Literal('rust'),
  Type.Literal('java'),
  Type.Literal('kotlin'),
  Type.Literal('ruby'),
  Type.Literal('csharp'),
  Type.Literal('php'),
])

const Form = Type.Union([Type.Literal('library'), Type.Literal('plain')], {
  description: '`library`: with the official library; `plain`: with what the language brings.',
})

export const SnippetOut = Type.Object({
  language: Language,
  label: Type.String({ description: 'As its users write it.', examples: ['C#'] }),
  form: Form,
  fileName: Type.String({ description: 'What the file can be saved as.' }),
  install: Nullable(
    Type.String({ description: 'Gets what the file imports; null: nothing is needed.' }),
  ),
  code: Type.String({ description: 'A receiver that verifies this endpoint’s requests.' }),
})

export const EndpointSnippetsOut = Type.Object({
  signature: Type.Union(
    [Type.Literal('standard-webhooks'), Type.Literal('logto-hmac'), Type.Literal('none')],
    { description: '`none`: requests are not signed, and there is nothing to show.' },
  ),
  environment: Type.Object(
    {
      name: Type.String({ description: 'The variable that the code reads the key from.' }),
      value: Nullable(Type.String({ description: 'The key; null unless it was asked for.' })),
    },
    { description: 'The code itself never holds a secret.' },
  ),
  data: Type.Array(SnippetOut),
})

export const endpointSnippets = operation({
  id: 'v1.endpoint.snippets',
  audited: false,
  summary:
    'Receivers that verify this endpoint’s requests, in nine languages, ready to copy: its header names and path are filled in.',
  method: 'GET',
  path: '/app/{app_id}/endpoint/{endpoint_id}/snippets',
  access: 'application',
  permission: 'read',
  query: Type.Object({
    language: Type.Optional(Language),
    form: Type.Optional(Form),
    with_secret: Type.Optional(
      Type.Boolean({
        description: 'Show the key as well; needs the permission to read secrets. Default false.',
      }),
    ),
  }),
  body: null,
  success: { 200: EndpointSnippetsOut },
  errors: [403, 404],
  own: true,
})

export const applicationSnippets = operation({
  id: 'v1.application.snippets',
  summary:
    'The same for an endpoint that is not made yet: receivers that verify what one with that URL would get.',
  method: 'GET',
  path: '/app/{app_id}/snippets',
  access: 'application',
  permission: 'read',
  query: Type.Object({
    language: Type.Optional(Language),
    form: Type.Optional(Form),
    url: Type.Optional(
      Type.String({ maxLength: 4096, description: 'What is no http or https URL is left out.' }),
    ),
  }),
  body: null,
  success: { 200: EndpointSnippetsOut },
  errors: [404],
  own: true,
})

export const snippetOperations = [endpointSnippets, applicationSnippets] as const
