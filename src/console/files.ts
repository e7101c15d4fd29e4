/**
 * Serves the built console at `/` and the portal at `/portal`. Everything is read once at start:
 * the whole build is a few hundred kilobytes, and a request then touches no disk.
 *
 * - Files under `/assets/` carry a hash in their name and never change: cached for a year.
 * - The two pages are never cached, and every path of theirs that is no file is the page itself.
 * - Compressed forms lie beside the files (`.br`, `.gz`); nothing is compressed per request.
 * - Scripts, styles, fonts and connections come from this server alone; nothing is inline.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Environment } from '../domain/environment.ts'
import { readPortalTexts } from './portal-texts.ts'

export interface ConsoleFilesOptions {
  /** The folder that `npm run build:console` writes. */
  readonly dir: string
  /** What the console says of where it is; absent: live, with no other. */
  readonly environment?: () => ShownEnvironment
  /** Origins whose pages may frame the portal, such as `https://app.example.com`. */
  readonly portalOrigins?: () => readonly string[]
  /** The origins that a link's `frame` parameter names instead; null: it is not one of ours. */
  readonly linkOrigins?: (frame: string) => readonly string[] | null
  /** Files of the operator's logo, for light and dark ground. */
  readonly logo?: { readonly light: string | null; readonly dark: string | null }
  /** File of the operator's own texts for the portal. */
  readonly portalTexts?: string | null
}

export interface ShownEnvironment {
  readonly name: Environment
  /** Whether there is another one to go to. */
  readonly hasOther: boolean
}

interface StaticFile {
  readonly type: string
  readonly plain: Buffer
  readonly br: Buffer | null
  readonly gz: Buffer | null
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Whether there is a build to serve. */
export function isConsoleBuilt(dir: string): boolean {
  return existsSync(join(dir, 'index.html')) && existsSync(join(dir, 'portal.html'))
}

export function consoleFiles(
  options: ConsoleFilesOptions,
): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    const files = readBuild(options.dir)
    const page = (name: string, ancestorsOf: (request: FastifyRequest) => string) => {
      const file = files.get(name)
      if (file === undefined) throw new Error(`The console's build has no ${name}`)
      return (request: FastifyRequest, reply: FastifyReply) => {
        const headers = secured(reply, ancestorsOf(request)).header('cache-control', 'no-cache')
        return sendFile(request, headers, marked(file, name, options.environment?.()))
      }
    }
    const console = page('/index.html', () => "'none'")
    const portal = page('/portal.html', (request) => portalAncestors(request, options))

    app.get('/', console)
    app.get('/portal', portal)
    app.get('/portal/*', portal)
    for (const ground of ['light', 'dark'] as const) {
      const logo = readLogo(options.logo?.[ground] ?? options.logo?.light ?? null)
      if (logo === null) continue
      app.get(`/portal/logo/${ground}`, (request, reply) =>
        sendFile(request, secured(reply, "'none'").header('cache-control', 'no-cache'), logo),
      )
    }
    if (options.portalTexts != null) {
      const plain = Buffer.from(JSON.stringify(readPortalTexts(options.portalTexts)))
      const texts: StaticFile = { type: 'application/json', plain, br: null, gz: null }
      app.get('/portal/texts', (request, reply) =>
        sendFile(request, secured(reply, "'none'").header('cache-control', 'no-cache'), texts),
      )
    }
    for (const route of consoleRoutes) app.get(route, console)
    for (const [path, file] of files) {
      if (path.endsWith('.html') || path.startsWith(assets)) continue
      const headers = { 'cache-control': 'no-cache', ...(path === '/embed.js' ? anyPage : {}) }
      app.get(path, (request, reply) =>
        sendFile(request, secured(reply, "'none'").headers(headers), file),
      )
    }
    app.get(`${assets}*`, (request, reply) => {
      const file = files.get(pathOf(request.raw.url ?? ''))
      if (file === undefined) return reply.callNotFound()
      return sendFile(request, secured(reply, "'none'").header('cache-control', forever), file)
    })
  }
}

/** A page that knows its environment before anything is asked; live with no other is as it was built. */
function marked(file: StaticFile, name: string, shown: ShownEnvironment | undefined): StaticFile {
  if (shown === undefined || (shown.name === 'live' && !shown.hasOther)) return file
  // A customer's portal says nothing of it, but where somebody of the operator previews it.
  const attribute = name === '/portal.html' ? 'data-operator' : 'data-environment'
  const html = file.plain.toString().replace('<html', `<html ${attribute}="${shown.name}"`)
  return { type: file.type, plain: Buffer.from(html), br: null, gz: null }
}

/** Loaded by the product's pages, also by those that isolate themselves from other origins. */
const anyPage = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

/** Their names carry a hash of what they hold. */
const assets = '/assets/'
const forever = 'public, max-age=31536000, immutable'

function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return mark === -1 ? url : url.slice(0, mark)
}

/** Paths of the console's own pages: they are loaded by themselves when a link is opened. */
const consoleRoutes = [
  '/app/*',
  '/applications',
  '/deliveries',
  '/messages',
  '/audit',
  '/catalog',
  '/catalog/*',
  '/inspector',
  '/inspector/*',
  '/keys',
  '/settings',
  '/profile',
  '/settings/*',
  '/sign-in',
  '/sign-in/openid',
  '/users',
] as const

const frameParameterMax = 8_192

/** Exactly the origins that the link names, else the settings'; with neither, nobody. */
function portalAncestors(request: FastifyRequest, options: ConsoleFilesOptions): string {
  const frame = URL.parse(request.url, 'http://posthorn')?.searchParams.get('frame') ?? null
  const named =
    frame === null || frame.length > frameParameterMax ? null : options.linkOrigins?.(frame)
  const origins = named ?? options.portalOrigins?.() ?? []
  return origins.length === 0 ? "'none'" : origins.join(' ')
}

const logoTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
}
const logoBytesMax = 256 * 1024

/** Throws with a sentence when the file is not there, too large, or no image that we serve. */
function readLogo(path: string | null): StaticFile | null {
  if (path === null) return null
  const type = logoTypes[extname(path).toLowerCase()]
  if (type === undefined) throw new Error(`The portal's logo ${path} is not svg, png or webp`)
  const plain = readFileSync(path)
  if (plain.length > logoBytesMax) throw new Error(`The portal's logo ${path} exceeds 256 KB`)
  return { type, plain, br: null, gz: null }
}

function readBuild(dir: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const path = join(dir, name)
    const beside = (suffix: string): Buffer | null =>
      existsSync(path + suffix) ? readFileSync(path + suffix) : null
    files.set(`/${name.replaceAll('\\', '/')}`, {
      type,
      plain: readFileSync(path),
      br: beside('.br'),
      gz: beside('.gz'),
    })
  }
  return files
}

function secured(reply: FastifyReply, frameAncestors: string): FastifyReply {
  const framed = frameAncestors === "'none'" ? { 'x-frame-options': 'DENY' } : {}
  return reply.headers({
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "font-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'", // strings never become markup or code
      `frame-ancestors ${frameAncestors}`,
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...framed,
  })
}

/** In the smallest form that the browser takes. */
function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const accepted = request.headers['accept-encoding'] ?? ''
  reply.header('content-type', file.type).header('vary', 'accept-encoding')
  if (file.br !== null && /\bbr\b/.test(accepted)) {
    return reply.header('content-encoding', 'br').send(file.br)
  }
  if (file.gz !== null && /\bgzip\b/.test(accepted)) {
    return reply.header('content-encoding', 'gzip').send(file.gz)
  }
  return reply.send(file.plain)
}
