import type { Endpoint } from '../domain/endpoint.ts'
import type { Clock } from '../runtime/clock.ts'

/** How long what was loaded is used; a new endpoint's first deliveries may say `no_secret` so long. */
const freshMs = 1_000

/** Finds the secrets of endpoints whose URL has a bin's path. Loads at most once a second. */
export function ownSecrets(input: {
  readonly clock: Clock
  readonly load: () => Promise<readonly Endpoint[]>
}): (path: string) => Promise<readonly string[]> {
  let loadedAt = Number.NEGATIVE_INFINITY
  let byPath: Promise<ReadonlyMap<string, readonly string[]>> = Promise.resolve(new Map())
  return async (path) => {
    const now = input.clock.monotonic()
    const known = await byPath
    // A path not yet known is looked up again soon: the endpoint may have just been made.
    if (now - loadedAt >= (known.has(path) ? freshMs : freshMs / 20)) {
      loadedAt = now
      byPath = input.load().then(secretsByPath)
    }
    return (await byPath).get(path) ?? []
  }
}

function secretsByPath(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map<string, readonly string[]>()
  for (const { url, secrets: own } of endpoints) {
    const [, bin] = /^https?:\/\/[^/]+(\/in\/[\w-]+)/.exec(url) ?? []
    if (bin === undefined) continue
    secrets.set(bin, [...(secrets.get(bin) ?? []), ...own.map(({ key }) => key)])
  }
  return secrets
}
