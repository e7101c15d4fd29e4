/**
 * The library's door: `createPosthorn(config, world)` makes an object that can be started, stopped,
 * waited for and asked to send. The server, the tests, the simulation and embedding products all
 * use it. Nothing below reads the environment, the clock or chance but through `World`.
 */
import type { Clock } from './runtime/clock.ts'
import type { Log } from './runtime/log.ts'
import type { Random } from './runtime/random.ts'

/** The outside world that a Posthorn is handed. */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}
