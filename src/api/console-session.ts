/**
 * Signs the console in without a form, on one's own machine only. A page that this server itself
 * served, opened over loopback, gets a token of the default organisation for a few hours.
 *
 * All must hold, or the answer is 404 as if there were nothing here:
 * - the connection comes from a loopback address (not a forwarded header: the socket's own);
 * - `Host` is a loopback name, so that a foreign name pointed at 127.0.0.1 gets nothing;
 * - `Origin` is that same host: browsers always send it with POST, so another site cannot ask;
 * - no proxy header is there: behind a proxy every visitor would look local;
 * - there are no users yet.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Keys } from './authenticate.ts'
import { ownIssuer, signToken } from './json-web-token.ts'
import { apiPrefix } from './routes.ts'

/** How long a token lasts; the page asks for another when it ends. */
export const consoleTokenSeconds = 12 * 3600

export interface ConsoleSessionOptions {
  readonly keys: Keys
  readonly clock: Clock
  /** False makes the console ask for a key everywhere. */
  readonly enabled: boolean
  /** Once there are users, people sign in: the first run is over. */
  readonly hasUsers: () => Promise<boolean>
}

export function consoleSession(
  options: ConsoleSessionOptions,
): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    app.post(`${apiPrefix}/console/session`, async (request, reply) => {
      if (!options.enabled || !isOwnMachine(request) || (await options.hasUsers()))
        throw new Problem(problems.notFound)
      const issuedAt = Math.floor(options.clock.now() / 1000)
      const token = signToken(
        {
          iss: ownIssuer,
          sub: options.keys.defaultOrganizationId,
          act: 'console',
          iat: issuedAt,
          nbf: issuedAt,
          exp: issuedAt + consoleTokenSeconds,
        },
        options.keys.jwtSecret,
      )
      reply.header('cache-control', 'no-store')
      return { token, expiresAt: new Date((issuedAt + consoleTokenSeconds) * 1000).toISOString() }
    })
  }
}

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/** Whether somebody in between says that the request is another's. */
export function isProxied({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return proxyHeaders.some((name) => headers[name] !== undefined)
}

function isOwnMachine(request: FastifyRequest): boolean {
  const { headers, socket } = request.raw
  const host = headers.host
  if (host === undefined || headers.origin !== `http://${host}`) return false
  if (isProxied(request)) return false
  return isLoopbackAddress(socket.remoteAddress) && isLoopbackName(hostName(host))
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address)
}
