import type { Config } from './config.ts'
import { addressKind, parseAddress, parseNetworks } from './delivery/address.ts'
import { parseEgressProxy } from './delivery/egress-proxy.ts'
import { createHttpTransport } from './delivery/http-transport.ts'
import type { Listener } from './delivery/own-listeners.ts'
import { type ProviderExchange, providerExchange } from './delivery/provider-exchange.ts'
import { createResolver } from './delivery/resolver.ts'
import type { Transport } from './delivery/transport.ts'
import { type UrlPolicy, urlPolicy } from './delivery/url-policy.ts'
import type { World } from './posthorn.ts'

export interface OutboundNetwork {
  readonly transport: Transport
  readonly urlPolicy: UrlPolicy
  /** To the identity provider, which the operator names: the guard does not apply. */
  readonly provider: ProviderExchange
  /** What is allowed although it is private. */
  readonly allowedNetworks: readonly string[]
}

/** Connections that deliveries can make use of: as many again as are in use are kept for the next. */
export function receiverSocketsMax({ inFlightMax }: Config): number {
  return inFlightMax * 2 + 64
}

const loopback: readonly string[] = ['127.0.0.0/8', '::1/128']

/**
 * The one door to the network. A Posthorn that listens on loopback only is somebody's own machine:
 * there deliveries may reach loopback too, unless the settings say otherwise.
 */
export function openNetwork(
  config: Config,
  world: World,
  own: {
    /** Where we listen. */
    readonly ownListeners: () => readonly Listener[]
    /** Connections to receivers, idle and in use. */
    readonly socketsMax: number
  },
): OutboundNetwork {
  const local = isLoopback(config.host) && config.allowNetworks.length === 0
  const allowedNetworks = local ? loopback : config.allowNetworks
  const allowNetworks = parseNetworks(allowedNetworks)
  const allowHosts = local ? ['localhost', ...config.allowHosts] : config.allowHosts
  const proxy = config.egressProxy === null ? null : parseEgressProxy(config.egressProxy)
  const resolver = createResolver({ clock: world.clock, servers: config.dnsServers })
  const policy = urlPolicy({ allowNetworks, allowHosts, httpsOnly: config.httpsOnly })
  return {
    urlPolicy: policy,
    allowedNetworks,
    provider: providerExchange(proxy === null ? null : { proxy, resolver, clock: world.clock }),
    transport: createHttpTransport({
      clock: world.clock,
      policy,
      resolver,
      allowNetworks,
      allowHosts,
      proxy,
      ...own,
    }),
  }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const address = parseAddress(host)
  return address !== null && addressKind(address) === 'loopback'
}
