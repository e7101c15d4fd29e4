/**
 * Everything that runs: `start` returns when it is running, `stop` is idempotent and returns when
 * it has stopped. `stop` finishes what is in flight; it does not begin anything new.
 */
export interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}
