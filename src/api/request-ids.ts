/**
 * The name of a request: in the header `x-request-id` of its answer, in the log and in the audit log
 * alike. A caller who names it themselves, so that it can be followed across systems, is taken at
 * their word where that is a name.
 */
import type { IncomingMessage } from 'node:http'
import type { Random } from '../runtime/random.ts'

export const requestIdHeader = 'x-request-id'
const given = /^[\w.:-]{1,64}$/
/** Tells the requests of one start of one node from those of all others. */
const startBytes = 6

export function requestIds(random: Random): (request: Pick<IncomingMessage, 'headers'>) => string {
  const start = Buffer.from(random.bytes(startBytes)).toString('hex')
  let count = 0
  return ({ headers }) => {
    const name = headers[requestIdHeader]
    if (typeof name === 'string' && given.test(name)) return name
    count += 1
    return `${start}-${count.toString(36)}`
  }
}
