/**
 * Under which address this installation is known. `Host` and the forwarded headers are a caller's
 * own words: links are built from the operator's setting, and without one from `Host` only where it
 * names this machine or a trusted proxy sent it.
 */
import type { FastifyRequest } from 'fastify'

type Asked = Pick<FastifyRequest, 'protocol' | 'host' | 'ips' | 'raw'>

export interface Origins {
  /** For links that somebody else opens: `https://hooks.example.com`. */
  ofLinks(request: Asked): string
  /** Where the page is that asks, as its browser has it: decides about cookies. */
  ofPage(request: Pick<Asked, 'protocol' | 'host'>): string
}

/** `publicUrl` is an origin, or null; `listens` is the host that the settings listen on. */
export function origins(publicUrl: string | null, listens: string): Origins {
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host
  return {
    ofLinks: (request) => publicUrl ?? localOrigin(request, listens),
    // A proxy that ends TLS without saying so is made up for by the setting.
    ofPage: ({ protocol, host }) =>
      publicUrl !== null && host === publicHost ? publicUrl : `${protocol}://${host}`,
  }
}

function localOrigin({ protocol, host, ips, raw }: Asked, listens: string): string {
  const isForwarded = (ips?.length ?? 0) > 1 // more than the socket's own: a trusted proxy's words
  const { localAddress, localPort } = raw.socket
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (isForwarded || isThisMachine(name, [listens, localAddress])) return `${protocol}://${host}`
  const address = localAddress?.replace(/^::ffff:/, '') ?? 'localhost'
  const shown = address.includes(':') ? `[${address}]` : address
  return `${protocol}://${shown}${localPort === undefined ? '' : `:${localPort}`}`
}

function isThisMachine(name: string, addresses: readonly (string | undefined)[]): boolean {
  if (name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)) return true
  return addresses.some(
    (address) => address !== undefined && name === address.replace(/^::ffff:/, '').toLowerCase(),
  )
}
