import type { Config } from './config.ts'
import { addressKind, parseAddress, parseNetworks } from './delivery/address.ts'
import { parseEgressProxy } from './delivery/egress-proxy.ts'
import { createHttpTransport, type ReachRules } from './delivery/http-transport.ts'
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
  allowedNetworks(): readonly string[]
  /** Takes over what the settings say now. */
  refresh(): void
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
  const proxy = config.egressProxy === null ? null : parseEgressProxy(config.egressProxy)
  const resolver = createResolver({ clock: world.clock, servers: config.dnsServers })
  let rules = rulesOf(config)
  const transport = createHttpTransport({ clock: world.clock, resolver, proxy, ...rules, ...own })
  return {
    urlPolicy: { check: (text, language) => rules.policy.check(text, language) },
    allowedNetworks: () => allowedOf(config),
    provider: providerExchange(proxy === null ? null : { proxy, resolver, clock: world.clock }),
    transport,
    refresh() {
      rules = rulesOf(config)
      transport.obey(rules)
    },
  }
}

function allowedOf(config: Config): readonly string[] {
  return isOwnMachine(config) ? loopback : config.allowNetworks
}

function isOwnMachine({ host, allowNetworks }: Config): boolean {
  return isLoopback(host) && allowNetworks.length === 0
}

/** What deliveries may reach by the settings of this moment. */
function rulesOf(config: Config): ReachRules {
  const allowNetworks = parseNetworks(allowedOf(config))
  const denyNetworks = parseNetworks(config.denyNetworks)
  const allowHosts = isOwnMachine(config) ? ['localhost', ...config.allowHosts] : config.allowHosts
  const { httpsOnly } = config
  const policy = urlPolicy({ allowNetworks, denyNetworks, allowHosts, httpsOnly })
  return { policy, allowNetworks, denyNetworks, allowHosts }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const address = parseAddress(host)
  return address !== null && addressKind(address) === 'loopback'
}
