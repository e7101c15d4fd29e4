/**
 * The cookie of a session, and what must come with it. A browser sends cookies along with requests
 * that another site makes, so the cookie signs a request only when the page is one of ours (`Origin`,
 * `Sec-Fetch-Site`) and knows the session's own token (`x-posthorn-csrf`), which no other page can
 * read. `GET /session` alone asks for no token: it is where pages get it.
 */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Sentence } from '../domain/sentence.ts'
import { flowMs } from './openid/flow.ts'
import type { Origins } from './origins.ts'
import { hashToken } from './people.ts'
import { apiPrefix } from './routes.ts'
import { csrfTokenOf, sessionMs, sessionPattern } from './user-sessions.ts'

export const csrfHeader = 'x-posthorn-csrf'
/** Where browsers insist that it is from this host, over TLS and for every path. */
const secureName = '__Host-posthorn'
/** Over plain HTTP, which browsers refuse the other name for. */
const plainName = 'posthorn'

/** `token` null clears it. */
export function sessionCookie(token: string | null, origin: string): string {
  return cookie({
    name: isSecure(origin) ? secureName : plainName,
    value: token ?? '',
    seconds: token === null ? 0 : sessionMs / 1000,
    origin,
  })
}

const flowName = 'posthorn-openid'

/** Of a sign-in that is on its way to the provider and back. */
export function flowCookieName(origin: string): string {
  return isSecure(origin) ? `__Host-${flowName}` : flowName
}

/** `token` null clears it. */
export function flowCookie(token: string | null, origin: string): string {
  return cookie({
    name: flowCookieName(origin),
    value: token ?? '',
    seconds: token === null ? 0 : flowMs / 1000,
    origin,
  })
}

function cookie(input: {
  readonly name: string
  readonly value: string
  readonly seconds: number
  readonly origin: string
}): string {
  const { name, value, seconds, origin } = input
  const parts = [`${name}=${value}`, 'Path=/', `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict']
  return [...parts, ...(isSecure(origin) ? ['Secure'] : [])].join('; ')
}

function isSecure(origin: string): boolean {
  return origin.startsWith('https:')
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Why a cookie that came along signs nothing; operations that need a caller answer it. */
    cookieRefusal: Problem | null
  }
}

/** Registered before whatever reads `Authorization`. A header that is there stands. */
export function takeSessionCookies(
  app: FastifyInstance,
  jwtSecret: string,
  { ofPage }: Pick<Origins, 'ofPage'>,
): void {
  app.decorateRequest('cookieRefusal', null)
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request
    const origin = ofPage(request)
    // Nobody is signed in by another site, as somebody else.
    if (signsIn(request) && !isFromHere(headers, origin)) {
      return done(foreign({ en: 'It comes from another site.', es: 'Viene de otro sitio.' }))
    }
    if (headers.cookie === undefined || headers.authorization !== undefined) return done()
    const token = cookieNamed(headers.cookie, isSecure(origin) ? secureName : plainName)
    if (token === null || !sessionPattern.test(token)) return done()
    if (!isFromHere(headers, origin)) {
      request.cookieRefusal = foreign({
        en: 'It comes from another site.',
        es: 'Viene de otro sitio.',
      })
    } else if (!asksWho(request) && !hasCsrf(headers, csrfTokenOf(token, jwtSecret))) {
      request.cookieRefusal = foreign({
        en: `The header ${csrfHeader} is missing or wrong.`,
        es: `Falta el encabezado ${csrfHeader}, o no es correcto.`,
      })
    } else {
      headers.authorization = `Bearer ${token}`
    }
    done()
  })
}

function foreign(detail: Sentence): Problem {
  return new Problem({ ...problems.forbidden, code: 'cross_site' }, { detail })
}

// By the route, never by the path as it was sent: `//api/v1/%73ession` is the same route.
function signsIn({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'POST' && routeOptions.url?.startsWith(`${apiPrefix}/session`) === true
}

function asksWho({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' && routeOptions.url === `${apiPrefix}/session`
}

function isFromHere(headers: IncomingHttpHeaders, origin: string): boolean {
  if (headers.origin !== undefined && headers.origin !== origin) return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

function hasCsrf(headers: IncomingHttpHeaders, wanted: string): boolean {
  const given = headers[csrfHeader]
  return typeof given === 'string' && timingSafeEqual(hashToken(given), hashToken(wanted))
}

/** Null where it is missing, or there twice: then one may have been planted. */
export function cookieNamed(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? (values[0] ?? null) : null
}
