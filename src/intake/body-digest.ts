import { createHash } from 'node:crypto'

/** Enough to tell bodies apart, too little to stand for them. */
const digestBytes = 12

/** By which a body that is made again is told to be the one that was sent. */
export function bodyDigest(body: Uint8Array): string {
  return createHash('sha256').update(body).digest().subarray(0, digestBytes).toString('base64url')
}
