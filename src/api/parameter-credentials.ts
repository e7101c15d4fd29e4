/**
 * Credentials as request parameters, for the operations that allow them: `api_key` and `api_secret`
 * become a Basic header and leave the URL before anything that logs, keeps or hashes it sees them.
 */
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    parameterCredentials?: boolean
  }
}

const names = ['api_key', 'api_secret'] as const

/** Registered before whatever reads `Authorization`. A header that is there stands. */
export function takeParameterCredentials(api: FastifyInstance): void {
  api.addHook('onRequest', (request, _reply, done) => {
    const { raw, headers, routeOptions } = request
    const url = raw.url ?? ''
    const mark = url.indexOf('?')
    if (mark === -1 || routeOptions.config.parameterCredentials !== true) return done()
    const query = new URLSearchParams(url.slice(mark + 1))
    if (!names.some((name) => query.has(name))) return done()
    const [name, secret] = names.map((parameter) => query.getAll(parameter))
    for (const parameter of names) query.delete(parameter)
    raw.url = query.size === 0 ? url.slice(0, mark) : `${url.slice(0, mark)}?${query}`
    // Given twice they mean two things: then there are none.
    if (headers.authorization === undefined && name?.length === 1 && secret?.length === 1) {
      headers.authorization = `Basic ${Buffer.from(`${name[0]}:${secret[0]}`).toString('base64')}`
    }
    done()
  })
}
