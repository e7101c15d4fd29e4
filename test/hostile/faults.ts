/**
 * Which test or experiment plays each fault of `corpus/faults.json`. They are told in words, so no
 * runner reads them as input: this table says who does what they say, and where that differs.
 * `faults.test.ts` holds it against the files.
 */
export interface Play {
  /** Experiments of `bench/faults/` (their small form is a test of `test/faults/faults.test.ts`). */
  readonly experiments?: readonly string[]
  /** Titles of tests, by file. */
  readonly tests?: Readonly<Record<string, string>>
  /** What is not as the case tells it. */
  readonly differs?: string
}

const sim = { 'test/sim/sim.test.ts': 'no invariant breaks under faults' }
const ordering = 'src/store/conformance/ordering.ts'

export const plays: Readonly<Record<string, Play>> = {
  'fault-kill-worker-loop': { experiments: ['cluster'], tests: sim },
  'fault-kill-all': { experiments: ['kill-restart', 'fan-out', 'fan-out-cluster'] },
  'fault-sigterm': { experiments: ['rolling-deploy'] },
  'fault-sigterm-then-kill': { experiments: ['no-patience'] },
  'fault-event-loop-block': {
    experiments: ['cluster', 'zombies'],
    tests: sim,
  },
  'fault-pg-kill': { experiments: ['cluster', 'postgres-away'] },
  'fault-pg-terminate': { experiments: ['postgres-away', 'cluster'] },
  'fault-pg-commit-unknown': { experiments: ['postgres-away', 'cluster'], tests: sim },
  'fault-pg-slow': {
    tests: { ...sim, 'test/flow/nodes.test.ts': 'a database that is half a second away' },
  },
  'fault-pg-failover-async': {
    experiments: ['failover'],
    tests: { 'test/flow/refusals.test.ts': 'a server that may lose commits is refused' },
    differs:
      'to a synchronous standby; what an asynchronous one may lose is in docs/operate/postgres.md',
  },
  'fault-pg-readonly': { experiments: ['postgres-away'] },
  'fault-pg-longtx': { experiments: ['old-snapshot'] },
  'fault-pg-deadlock': {
    experiments: ['cluster'],
    tests: { 'src/store/postgres/deadlocks.test.ts': 'in opposite order' },
  },
  'fault-pg-pool-exhaust': {
    experiments: ['postgres-away'],
    tests: { 'test/flow/refusals.test.ts': 'missing rights and too few connections' },
  },
  'fault-pg-serial-wrap': {
    tests: {
      'test/flow/numbers.test.ts': 'an ordered endpoint gives every number that is exact',
      'src/store/postgres/postgres.test.ts': 'numbers that JavaScript would round',
    },
  },
  'fault-sqlite-full': {
    experiments: ['disk-full'],
    tests: { 'src/store/sqlite/faults.test.ts': 'a full disk refuses writes, loses nothing' },
  },
  'fault-sqlite-busy': { experiments: ['lock-held'] },
  'fault-sqlite-network-fs': {
    tests: { 'src/store/sqlite/faults.test.ts': 'a folder on a network file system is warned of' },
    differs: 'the kind of file system is given by the test',
  },
  'fault-migrate-kill': {
    tests: { 'test/flow/upgrade.test.ts': 'cut off at any statement of any migration' },
  },
  'fault-sqlite-to-pg': {
    experiments: ['moving-house'],
    tests: { 'test/flow/moving.test.ts': 'a house is moved with an interruption' },
    differs: 'with hundreds pending in CI, 50,000 in the large form',
  },
  'fault-noisy-slow': { experiments: ['noisy-slow'] },
  'fault-noisy-flood': { experiments: ['noisy-burst'] },
  'fault-noisy-dns': {
    experiments: ['noisy-dns'],
    tests: { 'test/hostile/network.test.ts': 'every DNS script ends as expected' },
  },
  'fault-noisy-tls': { experiments: ['noisy-tls'] },
  'fault-noisy-big': {
    experiments: ['abusive-receivers'],
    tests: { 'test/hostile/network.test.ts': 'five hundred abusive receivers at once' },
  },
  'fault-poison-fifo': {
    tests: {
      'src/delivery/engine.test.ts': 'an ordered endpoint gets its events one after another',
      [ordering]: 'an exhausted head holds its stream until a person retries it',
    },
  },
  'fault-breaker': {
    tests: {
      'src/delivery/verdict.test.ts': 'the circuit opens after failures in a row',
      [ordering]: 'an open circuit keeps its stream back',
    },
  },
  'fault-disable-inflight': {
    tests: {
      'src/store/conformance/claiming.ts': 'nothing of an endpoint that must not be sent to',
      'src/delivery/engine.test.ts': '410 disables the endpoint, and what waited goes out',
    },
  },
  'fault-delete-inflight': {
    tests: { 'src/store/conformance/recording.ts': 'open deliveries of a deleted endpoint' },
  },
  'fault-fifo-toggle': {
    tests: { [ordering]: 'an endpoint made ordered drains what was unordered first' },
  },
  'fault-receiver-half-open': {
    experiments: ['receiver-away'],
    tests: { 'src/delivery/http-transport.test.ts': 'a receiver that vanishes behind a kept' },
    differs: 'the connections fall silent behind a proxy; no packets are dropped',
  },
  'fault-receiver-restart': {
    experiments: ['receiver-away'],
    tests: { 'src/delivery/http-transport.test.ts': 'an idle connection that the receiver closed' },
  },
  'fault-fd-limit': { experiments: ['few-descriptors'] },
  'fault-mem-limit': {
    experiments: ['little-memory'],
    differs: '300 events of 64 kB in CI, 3,000 (188 MB) in the large form',
  },
  'fault-cpu-starve': { experiments: ['one-core'] },
  'fault-net-flap': { experiments: ['postgres-away', 'receiver-away'] },
}
