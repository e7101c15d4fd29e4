/** Members of payloads that roles without `read-unmasked` (support, auditor, reader) do not see. */
import Type from 'typebox'
import { maskLimits } from '../domain/masking.ts'
import { MessageOut } from './message.ts'
import { operation } from './operation.ts'
import { NoQuery } from './primitives.ts'

const Paths = Type.Array(Type.String({ minLength: 1, maxLength: maskLimits.lengthMax }), {
  maxItems: maskLimits.pathsMax,
  description:
    'Paths into payloads: `data.customer.email`, `data.cards[*].number`, `*` for any member. What they lead to reads `[masked]`.',
  examples: [['data.customer.email', 'data.cards[*].number']],
})

export const Masking = Type.Object({ paths: Paths })

export const getMasking = operation({
  id: 'v1.masking.get',
  summary: 'Get the paths of payloads that are masked for the roles support, auditor and reader.',
  method: 'GET',
  path: '/masking',
  access: 'organization',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: { 200: Masking },
  errors: [],
  own: true,
})

export const setMasking = operation({
  id: 'v1.masking.set',
  summary:
    'Replace the paths that are masked; it holds from the next request on, also for what is stored.',
  method: 'PUT',
  path: '/masking',
  access: 'organization',
  permission: 'administer',
  auditedFields: ['paths'],
  query: NoQuery,
  body: Masking,
  success: { 200: Masking },
  errors: [],
  own: true,
})

export const previewMasking = operation({
  id: 'v1.masking.preview',
  summary: 'Show a message as the masked roles would see it with these paths. Nothing is saved.',
  method: 'POST',
  path: '/app/{app_id}/msg/{msg_id}/masked',
  access: 'organization',
  permission: 'administer',
  audited: false,
  withoutIdempotency: true,
  query: NoQuery,
  body: Masking,
  success: { 200: MessageOut },
  errors: [404],
  own: true,
})

export const maskingOperations = [getMasking, setMasking, previewMasking]
