import type { Endpoint, SigningSecret } from '../domain/endpoint.ts'
import type { ApplicationId, EndpointId } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'

/** A signing secret of an endpoint whose URL is a bin's. */
export interface OwnSecret extends SigningSecret {
  readonly endpointId: EndpointId
  readonly applicationId: ApplicationId
}

/** How long what was loaded is used; a new endpoint's first deliveries may say `no_secret` so long. */
const freshMs = 1_000

/** Finds the secrets of endpoints whose URL has a bin's path. Loads at most once a second. */
export function ownSecrets(input: {
  readonly clock: Clock
  readonly load: () => Promise<readonly Endpoint[]>
}): (path: string) => Promise<readonly OwnSecret[]> {
  let loadedAt = Number.NEGATIVE_INFINITY
  let byPath: Promise<ReadonlyMap<string, readonly OwnSecret[]>> = Promise.resolve(new Map())
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

function secretsByPath(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly OwnSecret[]> {
  const secrets = new Map<string, readonly OwnSecret[]>()
  for (const { id, applicationId, url, secrets: own } of endpoints) {
    const [, bin] = /^https?:\/\/[^/]+(\/in\/[\w-]+)/.exec(url) ?? []
    if (bin === undefined) continue
    const named = own.map((secret) => ({ ...secret, endpointId: id, applicationId }))
    secrets.set(bin, [...(secrets.get(bin) ?? []), ...named])
  }
  return secrets
}
