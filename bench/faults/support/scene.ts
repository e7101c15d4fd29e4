import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Api } from '../../support/api.ts'
import { freePort, type NodeOptions, PosthornNode } from '../../support/node.ts'
import type { Report } from './experiment.ts'
import { Ledger, type LedgerOptions } from './ledger.ts'

/** A real server on an empty folder, a ledger, and a producer's client; nothing is set up yet. */
export interface Scene {
  readonly node: PosthornNode
  readonly ledger: Ledger
  readonly origin: string
  readonly api: Api
  readonly folder: string
}

export async function inScene(
  options: {
    readonly ledger?: LedgerOptions
    readonly connections?: number
    readonly node?: Partial<NodeOptions>
  },
  act: (scene: Scene) => Promise<Report>,
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-fault-'))
  const ledger = new Ledger(options.ledger ?? {})
  const origin = await ledger.start()
  const node = new PosthornNode({ folder, port: await freePort(), ...options.node })
  const api = new Api(node.options.port, { connections: options.connections ?? 32 })
  try {
    await node.start()
    const report = await act({ node, ledger, origin, api, folder })
    if (report.violations.length > 0) process.stderr.write(`${node.logTail()}\n`)
    return report
  } catch (error) {
    process.stderr.write(`${node.logTail()}\n`)
    throw error
  } finally {
    await api.close()
    await node.stop()
    await ledger.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes an application with endpoints at `paths`; returns both directions of the names. */
export async function arrange(
  scene: Scene,
  paths: readonly string[],
): Promise<{ readonly applicationId: string; readonly endpointIds: ReadonlyMap<string, string> }> {
  const applicationId = await scene.api.createApplication('fault experiment')
  const endpointIds = new Map<string, string>()
  const width = 16
  for (let from = 0; from < paths.length; from += width) {
    const made = paths.slice(from, from + width).map(async (path) => {
      endpointIds.set(path, await scene.api.createEndpoint(applicationId, scene.origin + path))
    })
    await Promise.all(made)
  }
  return { applicationId, endpointIds }
}
