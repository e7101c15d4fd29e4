/** One of the five systems, whole: API over HTTP, engine, real receivers, and a clock that is moved. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, configWith } from '../../src/config.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { createPosthorn, type Posthorn, type PosthornParts } from '../../src/posthorn.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { type Receiver, type Script, startReceiver } from '../support/receiver.ts'

export interface ApiAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers by path and compare them
  readonly body: any
}

export interface CatalogFile {
  readonly events: readonly {
    readonly name: string
    readonly group: string
    readonly label: { readonly en: string; readonly es: string }
    readonly contexts?: readonly string[]
    readonly documented: boolean
    readonly schema: object
    readonly example: JsonObject
    readonly variants?: readonly JsonObject[]
  }[]
}

export function catalogFile(name: string): CatalogFile {
  const url = new URL(`../../catalogs/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

export interface System {
  readonly clock: VirtualClock
  readonly posthorn: Posthorn
  /** Path of the application: `/app/…`. */
  readonly app: string
  api(method: string, path: string, body?: unknown, headers?: JsonObject): Promise<ApiAnswer>
  receiver(script?: Script): Promise<Receiver>
  /** Creates an endpoint; it must be accepted. */
  webhook(fields: JsonObject): Promise<ApiAnswer['body']>
  /** Sends a message; it must be accepted. */
  raise(eventType: string, payload: JsonObject, more?: JsonObject): Promise<ApiAnswer['body']>
  /** Another application of the organisation. */
  application(fields: JsonObject): Promise<string>
  /** Everything due has been tried and recorded. */
  settled(): Promise<void>
  /** Lets what is in flight finish, then moves the clock. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

const apiKey = 'sk_the_key_of_the_system_tests'

export async function startSystem(
  profile: string,
  options: { readonly config?: Partial<Config>; readonly parts?: PosthornParts } = {},
): Promise<System> {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 2))
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-system-'))
  const config = configWith({
    port: 0,
    dataDir,
    databaseUrl: 'sqlite::memory:',
    apiKey,
    ...options.config,
  })
  const world = { clock, random: systemRandom, log: silentLog }
  const posthorn = createPosthorn(config, world, options.parts)
  await posthorn.start()
  const receivers: Receiver[] = []

  const api = async (
    method: string,
    path: string,
    body?: unknown,
    headers: JsonObject = {},
  ): Promise<ApiAnswer> => {
    const response = await fetch(`${posthorn.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(headers as Record<string, string>), // given as literals
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  const application = async (fields: JsonObject): Promise<string> => {
    const created = await api('POST', '/app', { name: 'Account', ...fields })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    return `/app/${created.body.id}`
  }
  if (profile !== 'standard') {
    const installed = await api('POST', `/catalog/${profile}/install`)
    assert.equal(installed.status, 200, JSON.stringify(installed.body))
  }
  const app = await application({ uid: profile, profile })
  const settled = (): Promise<void> => posthorn.engine.idle()
  return {
    clock,
    posthorn,
    app,
    api,
    application,
    settled,
    async receiver(script) {
      const receiver = await startReceiver(script === undefined ? {} : { script })
      receivers.push(receiver)
      return receiver
    },
    async webhook(fields) {
      const created = await api('POST', `${app}/endpoint`, fields)
      assert.equal(created.status, 201, JSON.stringify(created.body))
      return created.body
    },
    async raise(eventType, payload, more = {}) {
      const sent = await api('POST', `${app}/msg`, { eventType, payload, ...more })
      assert.equal(sent.status, 202, JSON.stringify(sent.body))
      return sent.body
    },
    async pass(ms) {
      await settled()
      await clock.advance(ms)
    },
    async close() {
      let stopped = false
      const stopping = posthorn.stop().finally(() => {
        stopped = true
      })
      // Deadlines of a stop are the clock's: after a failed test something may still be in flight.
      while (!stopped) await clock.advance(1_000)
      await stopping
      for (const receiver of receivers) await receiver.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The refusal of a body's field: a 422 that names it. Returns its sentence. */
export function refusedField(answer: ApiAnswer, field: string): string {
  assert.equal(answer.status, 422, JSON.stringify(answer.body))
  const issue = answer.body.detail.find((item: { loc: string[] }) => item.loc.includes(field))
  assert.ok(issue, `no issue about ${field}: ${JSON.stringify(answer.body)}`)
  return issue.msg
}

export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
