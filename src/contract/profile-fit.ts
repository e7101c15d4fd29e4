/** Whether an application's endpoints would fit another profile, before it is given one. */
import Type from 'typebox'
import { operation } from './operation.ts'
import { Nullable } from './primitives.ts'

const Reason = Type.Object({
  field: Type.String({ description: 'The field that breaks a rule, with dots.' }),
  msg: Type.String(),
  type: Type.String(),
})

export const ProfileFitOut = Type.Object({
  profile: Type.String(),
  currentProfile: Type.String(),
  endpointCount: Type.Integer(),
  misfitCount: Type.Integer({ description: 'Endpoints that break a rule of that profile.' }),
  misfits: Type.Array(
    Type.Object({
      id: Type.String(),
      uid: Nullable(Type.String()),
      name: Nullable(Type.String()),
      url: Type.String(),
      reasons: Type.Array(Reason),
    }),
    { description: 'The oldest 100 of them.' },
  ),
})

export const getProfileFit = operation({
  id: 'v1.application.profile-fit',
  summary: 'Which endpoints would break the rules of another profile, and why.',
  method: 'GET',
  path: '/app/{app_id}/profile-fit',
  access: 'organization',
  permission: 'read',
  query: Type.Object({
    profile: Type.String({
      maxLength: 64,
      description: 'Name of the profile that the application may be given.',
    }),
  }),
  body: null,
  success: { 200: ProfileFitOut },
  errors: [404],
  own: true,
})

export const profileFitOperations = [getProfileFit]
