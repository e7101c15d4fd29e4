import type { Connection } from './connection.ts'

/**
 * Idle connections by target, the latest used first, bounded in number and age. A connection that
 * is in use belongs to its request; all of them together are bounded by `socketsMax`.
 */
export interface ConnectionPool {
  /** An idle connection for the key; null when there is none. */
  take(key: string, now: number): Connection | null
  /** Gives back a connection whose response was read to its end. */
  release(connection: Connection, now: number): void
  /** Room for one more: closes an idle connection when full; false when all are in use. */
  reserve(): boolean
  /** A reserved connection was not made, or a connection has closed. */
  forget(connection: Connection | null): void
  /** No connection made until `now` serves another request: idle ones are closed at once. */
  retire(now: number): void
  readonly size: number
  closeAll(): void
}

export interface PoolLimits {
  /** Connections, idle and in use. */
  readonly socketsMax: number
  readonly idlePerTargetMax: number
  readonly ageMaxMs: number
}

export function connectionPool(limits: PoolLimits): ConnectionPool {
  const idle = new Map<string, Connection[]>()
  let size = 0
  let closed = false
  let retiredUntil = Number.NEGATIVE_INFINITY

  const evictOne = (): boolean => {
    for (const list of idle.values()) {
      const [oldest] = list
      if (oldest === undefined) continue
      oldest.destroy() // `forget` counts it out
      return true
    }
    return false
  }

  const closeIdle = (): void => {
    for (const list of [...idle.values()]) {
      for (const connection of [...list]) connection.destroy()
    }
  }

  return {
    take(key, now) {
      const list = idle.get(key)
      for (let found = list?.pop(); found !== undefined; found = list?.pop()) {
        if (found.usable && now - found.bornAt < limits.ageMaxMs) return found
        found.destroy()
      }
      return null
    },
    release(connection, now) {
      if (!connection.usable) return
      const list = idle.get(connection.key) ?? []
      if (list.length === 0) idle.set(connection.key, list)
      const retired = connection.bornAt <= retiredUntil
      const worn = retired || !connection.reusable || now - connection.bornAt >= limits.ageMaxMs
      if (closed || worn || list.length >= limits.idlePerTargetMax) connection.destroy()
      else list.push(connection)
    },
    reserve() {
      if (closed || (size >= limits.socketsMax && !evictOne())) return false
      size += 1
      return true
    },
    forget(connection) {
      size -= 1
      if (connection === null) return
      const list = idle.get(connection.key)
      const at = list?.indexOf(connection) ?? -1
      if (at >= 0) list?.splice(at, 1)
      if (list?.length === 0) idle.delete(connection.key)
    },
    get size() {
      return size
    },
    retire(now) {
      retiredUntil = now
      closeIdle()
    },
    closeAll() {
      closed = true
      closeIdle()
    },
  }
}
