/**
 * Writes `src/client/routes.ts` from the contract. Run it after adding an operation:
 * `node scripts/client-routes.ts && npm run fix`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { operations } from '../src/contract/operations.ts'

const lines = operations.map(({ id, method, path }) => `  '${id}': ['${method}', '${path}'],`)

writeFileSync(
  join(import.meta.dirname, '../src/client/routes.ts'),
  `/** Made by \`scripts/client-routes.ts\`: the contract's paths, without its schemas' weight. */
import type { EveryOperation } from '../contract/operations.ts'

type Routes = {
  readonly [Op in EveryOperation as Op['id']]: readonly [method: Op['method'], path: Op['path']]
}

// An operation that is missing here, or has moved, does not compile.
export const routes: Routes = {
${lines.join('\n')}
}
`,
)
