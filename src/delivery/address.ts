/**
 * Which IP addresses a delivery may reach. IPv4 is a deny-list of every special-purpose block;
 * IPv6 is an allow-list (global unicast 2000::/3) minus its special blocks, so that every form that
 * embeds an IPv4 address (mapped, compatible, SIIT, ISATAP, NAT64, 6to4, Teredo) is refused with
 * the rest of the space. `net.BlockList` is not used: it answers "not listed" for anything that it
 * fails to parse. Sources: IANA special-purpose registries; RELIABILITY rule 43.
 */
import { isIPv4, isIPv6 } from 'node:net'

export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** A CIDR block. */
export interface Network {
  readonly family: 4 | 6
  readonly base: bigint
  readonly prefix: number
  readonly text: string
}

/** What kind of address it is; everything but `public` is refused unless a network allows it. `denied`: the operator's deny list has it. */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'metadata'
  | 'special'
  | 'denied'
  | 'malformed'

const bits = { 4: 32, 6: 128 } as const

/** Strict: dotted decimal without leading zeros, or RFC 4291 text without a zone. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { family: 4, value: ipv4Value(text) }
  if (isIPv6(text) && !text.includes('%')) return { family: 6, value: ipv6Value(text) }
  return null
}

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n)
}

function ipv6Value(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const hextets = dotted === null ? text : `${dotted[1]}${dottedToHextets(dotted[2] ?? '')}`
  const [head = '', tail] = hextets.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].reduce(
    (value, part) => (value << 16n) | BigInt(`0x${part}`),
    0n,
  )
}

function dottedToHextets(text: string): string {
  const value = ipv4Value(text)
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. Null when it is neither. */
export function parseNetwork(text: string): Network | null {
  const parts = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim())
  const address = parts === null ? null : parseAddress(parts[1] ?? '')
  if (parts === null || address === null) return null
  const size = bits[address.family]
  const prefix = parts[2] === undefined ? size : Number(parts[2])
  if (prefix > size) return null
  const shift = BigInt(size - prefix)
  const base = (address.value >> shift) << shift
  return { family: address.family, base, prefix, text: text.trim() }
}

/** Throws for the first text that is not a CIDR: settings are checked at start. */
export function parseNetworks(texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text)
    if (network === null) throw new RangeError(`"${text}" is not an IP network such as 10.0.0.0/8`)
    return network
  })
}

export function inNetwork(address: Address, network: Network): boolean {
  if (address.family !== network.family) return false
  const shift = BigInt(bits[network.family] - network.prefix)
  return address.value >> shift === network.base >> shift
}

type Block = readonly [network: Network, kind: AddressKind]

function block(cidr: string, kind: AddressKind): Block {
  const [network] = parseNetworks([cidr])
  return [network as Network, kind] // one text gives one network
}

/** First match decides: the narrow ones come before the blocks that hold them. */
const ipv4Blocks: readonly Block[] = [
  block('169.254.169.254', 'metadata'),
  block('169.254.170.2', 'metadata'),
  block('169.254.170.23', 'metadata'),
  block('100.100.100.200', 'metadata'),
  block('168.63.129.16', 'metadata'), // Azure WireServer
  block('192.0.0.192', 'metadata'), // Oracle classic
  block('0.0.0.0/8', 'special'),
  block('10.0.0.0/8', 'private'),
  block('100.64.0.0/10', 'private'), // carrier-grade NAT
  block('127.0.0.0/8', 'loopback'),
  block('169.254.0.0/16', 'link_local'),
  block('172.16.0.0/12', 'private'),
  block('192.0.0.0/24', 'special'),
  block('192.0.2.0/24', 'special'), // TEST-NET-1
  block('192.88.99.0/24', 'special'), // 6to4 relay
  block('192.168.0.0/16', 'private'),
  block('198.18.0.0/15', 'special'), // benchmarking
  block('198.51.100.0/24', 'special'), // TEST-NET-2
  block('203.0.113.0/24', 'special'), // TEST-NET-3
  block('224.0.0.0/3', 'special'), // multicast, reserved, broadcast
]

const ipv6Blocks: readonly Block[] = [
  block('fd00:ec2::/32', 'metadata'), // AWS over IPv6
  block('::1', 'loopback'),
  block('fc00::/7', 'private'),
  block('fe80::/10', 'link_local'),
  block('2001::/23', 'special'), // IETF: Teredo, ORCHID, benchmarking, AMT
  block('2001:db8::/32', 'special'), // documentation
  block('2002::/16', 'special'), // 6to4
  block('3fff::/20', 'special'), // documentation
]
const [globalUnicast] = parseNetworks(['2000::/3'])
const [nat64] = parseNetworks(['64:ff9b::/96'])

/** ISATAP (RFC 5214): the last 32 bits are an IPv4 address, under whatever prefix. */
function isIsatap({ family, value }: Address): boolean {
  return family === 6 && ((value >> 32n) & 0xfdff_ffffn) === 0x5efen
}

export function addressKind(address: Address): AddressKind {
  const blocks = address.family === 4 ? ipv4Blocks : ipv6Blocks
  const found = blocks.find(([network]) => inNetwork(address, network))
  if (found !== undefined) return found[1]
  if (address.family === 4) return 'public'
  const global = inNetwork(address, globalUnicast as Network) // parsed above
  return global && !isIsatap(address) ? 'public' : 'special'
}

/** IPv4 in IPv6: mapped (a system dials the address inside), 6to4, and NAT64 of the network itself. */
const ipv6Spellings = [
  ['::ffff:0:0', 96],
  ['2002::', 16],
  ['64:ff9b:1::', 96],
] as const

const protectedKinds: ReadonlySet<AddressKind> = new Set<AddressKind>(['metadata', 'link_local'])
const protectedNetworks = [...ipv4Blocks, ...ipv6Blocks]
  .filter(([, kind]) => protectedKinds.has(kind))
  .flatMap(([network]) => [network, ...spelledInIpv6(network)])

/** The same addresses, where they stand inside of IPv6 ones. */
function spelledInIpv6({ family, base, prefix, text }: Network): readonly Network[] {
  if (family === 6) return []
  return ipv6Spellings.map(([start, at]) => ({
    family: 6,
    base: ipv6Value(start) | (base << BigInt(bits[6] - at - bits[4])),
    prefix: at + prefix,
    text,
  }))
}

/** Whether one of them shares an address with link-local or metadata services. */
export function opensProtected(networks: readonly Network[]): boolean {
  return networks.some((network) =>
    protectedNetworks.some((kept) => {
      const [wide, narrow] = network.prefix <= kept.prefix ? [network, kept] : [kept, network]
      return inNetwork({ family: narrow.family, value: narrow.base }, wide)
    }),
  )
}

export interface AddressGuard {
  /**
   * The kind of the address, and whether it may be dialled. `trusted` is for hosts that the
   * operator allows by name: private and loopback addresses pass, metadata and link-local do not.
   */
  check(text: string, options?: { readonly trusted: boolean }): AddressVerdict
}

export interface AddressVerdict {
  readonly allowed: boolean
  readonly kind: AddressKind
}

/**
 * The guard with the operator's networks. An allowed network opens exactly its addresses, spelled
 * in their own family: 127.0.0.0/8 does not open ::ffff:127.0.0.1. Allowing 64:ff9b::/96 opens
 * NAT64 for those IPv4 addresses that would pass on their own.
 */
export function addressGuard(
  allowNetworks: readonly Network[],
  /** Refused before anything else is asked, trusted or not. */
  denyNetworks: readonly Network[] = [],
): AddressGuard {
  const allows = (address: Address): boolean =>
    allowNetworks.some((network) => inNetwork(address, network))
  const judge = (address: Address, trusted: boolean): AddressVerdict => {
    if (denyNetworks.some((network) => inNetwork(address, network))) {
      return { allowed: false, kind: 'denied' }
    }
    const kind = addressKind(address)
    if (inNetwork(address, nat64 as Network)) {
      const inner = judge({ family: 4, value: address.value & 0xffff_ffffn }, trusted)
      return { allowed: allows(address) && inner.allowed, kind: inner.allowed ? kind : inner.kind }
    }
    const trustedKind = kind === 'private' || kind === 'loopback'
    return { allowed: kind === 'public' || allows(address) || (trusted && trustedKind), kind }
  }
  return {
    check(text, options) {
      const address = parseAddress(text)
      if (address === null) return { allowed: false, kind: 'malformed' }
      return judge(address, options?.trusted === true)
    },
  }
}
