import Type from 'typebox'
import { operation } from './operation.ts'
import { Empty, NoQuery } from './primitives.ts'
import { TaskOut } from './task.ts'

const administer = {
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  errors: [],
  own: true,
} as const

export const getEncryption = operation({
  id: 'v1.encryption.get',
  summary: 'Which encryption keys are in use, by names that give nothing of them away.',
  method: 'GET',
  path: '/encryption',
  ...administer,
  permission: 'read-configuration',
  body: null,
  success: {
    200: Type.Object({
      keys: Type.Array(
        Type.Object({
          id: Type.String({ examples: ['9f3a01c2'] }),
          current: Type.Boolean({ description: 'The key that seals.' }),
          configured: Type.Boolean({ description: 'The node that answers can open with it.' }),
          endpoints: Type.Integer({ description: 'Endpoints whose secrets it sealed.' }),
        }),
      ),
    }),
  },
})

export const rotateEncryption = operation({
  id: 'v1.encryption.rotate',
  summary: 'Seal the secrets of every endpoint with the current key, in the background.',
  method: 'POST',
  path: '/encryption/rotate',
  ...administer,
  body: Empty,
  bodyOptional: true,
  success: { 202: TaskOut },
})

export const encryptionOperations = [getEncryption, rotateEncryption]
