/**
 * Descriptors are shared by the requests that come in, those that go out, and our own files. Whoever
 * opens thousands of connections to the API must not leave deliveries without any.
 */
import { readFileSync } from 'node:fs'

/** Connections of clients at most, where the system would allow more. */
export const connectionsDefaultMax = 20_000
/** For the database, its log, DNS and pipes. Of a very small limit, a quarter. */
const ownFiles = 128

/** How many files this process may have open; null: the system does not tell, or has no limit. */
export function openFilesMax(): number | null {
  let text: string
  try {
    text = readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return null // not Linux: Node has raised its limit to all that it may have
  }
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1]
  return soft === undefined ? null : Number(soft)
}

export interface DescriptorShares {
  /** Connections of clients to us. */
  readonly clients: number
  /** Connections of ours to receivers, idle and in use. */
  readonly receivers: number
}

/**
 * Divides what there is: receivers get what they can use and clients the rest, but neither less than
 * a third. What an operator asks for clients stands as far as there is room for it.
 */
export function shareDescriptors(input: {
  readonly filesMax: number | null
  /** 0: as many as there is room for. */
  readonly clientsWanted: number
  readonly receiversWanted: number
}): DescriptorShares {
  const { filesMax, clientsWanted, receiversWanted } = input
  const clientsMost = clientsWanted === 0 ? connectionsDefaultMax : clientsWanted
  if (filesMax === null) return { clients: clientsMost, receivers: receiversWanted }
  const free = Math.max(16, filesMax - Math.min(ownFiles, Math.floor(filesMax / 4)))
  const left = Math.max(Math.floor(free / 3), free - receiversWanted)
  const clients = Math.min(clientsMost, left)
  return { clients, receivers: Math.min(receiversWanted, free - clients) }
}
