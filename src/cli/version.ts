import { version as packageVersion } from '../version.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'

export const version: CommandModule = {
  examples: ['posthorn version', 'posthorn version --json', 'posthorn --version'],
  define(command, context, act) {
    command.action(
      act(async () => {
        const versions = {
          posthorn: packageVersion,
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
