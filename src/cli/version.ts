import { readFileSync } from 'node:fs'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'

/** The package's version, from its own manifest: two folders up in the source and in the package. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const version: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : null
  return typeof version === 'string' ? version : 'unknown'
}

export const version: CommandModule = {
  examples: ['posthorn version', 'posthorn version --json', 'posthorn --version'],
  define(command, context, act) {
    command.action(
      act(async () => {
        const versions = {
          posthorn: packageVersion(),
          node: process.versions.node,
          platform: `${process.platform} ${process.arch}`,
        }
        context.emit(versions)
        context.print(
          `posthorn ${versions.posthorn}   node ${versions.node}   ${versions.platform}`,
        )
        return exitCodes.ok
      }),
    )
  },
}
