import { describe } from 'node:test'
import { accepting } from './conformance/accepting.ts'
import { auditing } from './conformance/auditing.ts'
import { changes } from './conformance/changes.ts'
import { claiming } from './conformance/claiming.ts'
import { cluster } from './conformance/cluster.ts'
import { configuration } from './conformance/configuration.ts'
import { isolating } from './conformance/isolating.ts'
import { keeping } from './conformance/keeping.ts'
import { listing } from './conformance/listing.ts'
import { ordering } from './conformance/ordering.ts'
import { overall } from './conformance/overall.ts'
import { recording } from './conformance/recording.ts'
import { records } from './conformance/records.ts'
import type { OpenStore } from './conformance/scene.ts'
import { searching } from './conformance/searching.ts'
import { summarizing } from './conformance/summarizing.ts'
import { views } from './conformance/views.ts'

export type { Opened, OpenStore } from './conformance/scene.ts'

/**
 * The promises of the store port, one case each. Every adapter passes them as they are; `open`
 * gives a fresh, empty store that goes by the times it is handed. Call it once per test file.
 */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`store on ${name}`, () => {
    configuration(open)
    accepting(open)
    claiming(open)
    recording(open)
    ordering(open)
    isolating(open)
    listing(open)
    views(open)
    overall(open)
    changes(open)
    summarizing(open)
    searching(open)
    keeping(open)
    records(open)
    auditing(open)
    cluster(open)
  })
}
