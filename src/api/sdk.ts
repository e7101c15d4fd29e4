/**
 * What the official Svix SDKs can read where they do not agree. They name themselves in
 * `User-Agent`, as `svix-libs/2.9.1/rust`.
 */
import type { Call } from './call.ts'

type Caller = Pick<Call<unknown, unknown>, 'userAgent'>

const form = /^svix-libs\/(\d+)\.\d/
/** From here on SDKs read the new secret from the answer to a rotation; older ones take an empty one. */
const readsRotatedSecretFrom = 2

/** Strict SDKs fail on a whole list for one value that they do not know. */
export function isSdk(caller: Caller): boolean {
  return majorOf(caller) !== null
}

export function readsRotatedSecret(caller: Caller): boolean {
  return (majorOf(caller) ?? 0) >= readsRotatedSecretFrom
}

function majorOf({ userAgent }: Caller): number | null {
  const major = userAgent === null ? undefined : form.exec(userAgent)?.[1]
  return major === undefined ? null : Number(major)
}
