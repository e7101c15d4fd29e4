import type { Socket } from 'node:net'
import { addressKind, parseAddress } from './address.ts'

/** An address and port on which this process listens. */
export interface Listener {
  /** `0.0.0.0` and `::` stand for every address of the machine. */
  readonly address: string
  readonly port: number
}

const anyAddress = new Set(['0.0.0.0', '::'])

/** Whether the connected socket ends at that listener. */
export function isListener(socket: Socket, listener: Listener): boolean {
  const { remoteAddress = '', remotePort, localAddress } = socket
  if (remotePort !== listener.port) return false
  if (remoteAddress === listener.address) return true
  // A connection to an address of our own machine has that address at both ends.
  const isOurs = remoteAddress === localAddress || isLoopback(remoteAddress)
  return anyAddress.has(listener.address) && isOurs
}

function isLoopback(text: string): boolean {
  const address = parseAddress(text)
  return address !== null && addressKind(address) === 'loopback'
}
