import { path } from './calls.ts'
import { request, requestText } from './http.ts'
import type { MessageOut } from './model.ts'
import { rawMember } from './raw-member.ts'

export interface Masking {
  readonly paths: readonly string[]
}

export const getMasking = () => request<Masking>('/masking')

/** The request that replaces the paths. */
export const requestOfMasking = (paths: readonly string[]) =>
  ({ method: 'PUT', path: '/masking', body: { paths } }) as const

export function setMasking(paths: readonly string[]): Promise<Masking> {
  const { path: where, ...how } = requestOfMasking(paths)
  return request<Masking>(where, how)
}

/** A message as roles that may not see all of it would see it with these paths. */
export async function previewMasking(
  app: string,
  message: string,
  paths: readonly string[],
): Promise<MessageOut & { readonly payloadText: string }> {
  const text = await requestText(`${path('app', app, 'msg', message)}/masked`, {
    method: 'POST',
    body: { paths },
  })
  const out = JSON.parse(text) as MessageOut // the contract's type
  return { ...out, payloadText: rawMember(text, 'payload') ?? '' }
}
