/**
 * Bugs, each one edit of a source file. The simulation must notice nearly all of them; a mutation
 * whose text is no longer in its file fails the run, so that the list follows the code.
 */
export interface Mutation {
  readonly name: string
  /** Below `src/`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

const dispatcher = 'delivery/dispatcher.ts'
const engine = 'delivery/engine.ts'
const streams = 'delivery/streams.ts'
const queue = 'delivery/memory-queue.ts'
const line = 'delivery/endpoint-line.ts'
const verdict = 'delivery/verdict.ts'
const attempt = 'delivery/attempt.ts'
const schedule = 'domain/retry-schedule.ts'
const accept = 'intake/accept.ts'
const record = 'store/sqlite/record.ts'
const claim = 'store/sqlite/claim.ts'
const storeStreams = 'store/sqlite/streams.ts'

export const mutations: readonly Mutation[] = [
  // Accept
  {
    name: 'acknowledge before the commit',
    file: accept,
    find: 'const result = await deps.store.acceptMessage(plan.input)\n',
    replace:
      'void deps.store.acceptMessage(plan.input).catch(() => {})\n' +
      "    const result = { kind: 'accepted', sequences: [] } as const\n",
  },
  {
    name: 'send before the commit',
    file: accept,
    find: 'const result = await deps.store.acceptMessage(plan.input)\n',
    replace:
      'if (plan.input.lease !== null) {\n' +
      '      dispatch(plan, plan.input.deliveries.map(() => null), deps.dispatch)\n' +
      '    }\n' +
      '    const result = await deps.store.acceptMessage(plan.input)\n',
  },
  {
    name: 'forget the idempotency key',
    file: accept,
    find: ': { ...event.idempotency, expiresAt: now + deps.idempotencyMs() },',
    replace: ': { ...event.idempotency, key: deps.ids.next("message"), expiresAt: now + 1 },',
  },
  {
    name: 'accept leased work before the old leases are released',
    file: engine,
    find: 'return this.#running && this.#gate.isOpen ? this.#queue.room(applicationId) : 0',
    replace: 'return this.#gate.isOpen ? this.#queue.room(applicationId) : 0',
  },
  // Leases
  {
    name: 'no look at the lease before a start',
    file: dispatcher,
    find: 'if (clock.monotonic() + attemptTimeoutMs <= work.lease.deadline) return true',
    replace: 'if (clock.monotonic() >= 0) return true',
  },
  {
    name: 'the lease need not cover the whole attempt',
    file: dispatcher,
    find: 'if (clock.monotonic() + attemptTimeoutMs <= work.lease.deadline) return true',
    replace: 'if (clock.monotonic() <= work.lease.deadline) return true',
  },
  {
    name: 'a lost renewal counts as renewed',
    file: dispatcher,
    find: 'if (kept.length > 0) work.lease = lease',
    replace: 'if (kept.length >= 0) work.lease = lease',
  },
  {
    name: 'no last check before bytes are written',
    file: attempt,
    find: 'const may = clock.monotonic() < deadline && tools.mayStart(work)',
    replace: 'const may = true',
  },
  {
    name: 'the deadline counts from the answer of the claim',
    file: engine,
    find: '#workOf({ delivery, message }: Claim, lease: HeldLease): Work {\n',
    replace:
      '#workOf({ delivery, message }: Claim, old: HeldLease): Work {\n' +
      '    const lease = { ...old, deadline: this.#deps.world.clock.monotonic() + this.#deps.limits.leaseMs }\n',
  },
  {
    name: 'leases of an hour in memory',
    file: 'delivery/leases.ts',
    find: 'deadline: clock.monotonic() + ms - leaseMarginMs',
    replace: 'deadline: clock.monotonic() + ms + 3_600_000',
  },
  {
    name: 'the claim does not lease',
    file: claim,
    find: 'db.run(lease, token, leaseUntil, now, row.application_id, row.id)',
    replace: 'db.run(lease, token, now - 1, now, row.application_id, row.id)',
  },
  {
    name: 'no fence on a verdict',
    file: record,
    find: 'where application_id = ? and id = ? and lease_token = ? and state = 1`',
    replace: "where application_id = ? and id = ? and coalesce(?, '') <> '-' and state < 2`",
  },
  {
    name: 'a failed delivery may be claimed again at once',
    file: record,
    find: 'again ? verdict.at : null,',
    replace: 'again ? now : null,',
  },
  {
    name: 'a lost lease is not taken back by the table',
    file: claim,
    find: 'where endpoint_id = ? and due_at <= ?\n',
    replace: 'where endpoint_id = ? and due_at <= ? and state = 0\n',
  },
  // Streams
  {
    name: 'a failed head is skipped',
    file: record,
    find: "else if (verdict.kind === 'retry' || verdict.kind === 'returned') retryHeadAt(db, key, verdict.at)\n",
    replace: '',
  },
  {
    name: 'the stream goes on after a retry',
    file: dispatcher,
    find: "case 'retry':\n    case 'returned':\n      return 'stop'",
    replace: "case 'retry':\n    case 'returned':\n      return 'next'",
  },
  {
    name: 'the stream does not wait for the record',
    file: streams,
    find: 'const how = await this.#turn(head)\n',
    replace:
      "const how = await Promise.race([this.#turn(head), Promise.resolve('next' as const)])\n",
  },
  {
    name: 'a lost renewal of a stream counts as renewed',
    file: streams,
    find: "if (result === 'lease_lost') return null",
    replace: 'if (result === "never") return null',
  },
  {
    name: 'the store leases a stream for no time',
    file: storeStreams,
    find: 'db.run(lease, token, leaseUntil, applicationId, endpointId)',
    replace: 'db.run(lease, token, now, applicationId, endpointId)',
  },
  {
    name: 'the head moves without its token',
    file: storeStreams,
    find: 'where application_id = ? and endpoint_id = ? and lease_token = ? and head = ?`',
    replace:
      "where application_id = ? and endpoint_id = ? and coalesce(?, '') <> '-' and coalesce(?, 0) >= 0`",
  },
  {
    name: 'numbers are given twice',
    file: storeStreams,
    find: 'set next = next + 1,',
    replace: 'set next = next + (abs(random()) % 8 > 0),',
  },
  {
    name: 'a held stream is skipped',
    file: record,
    find: 'if (held) holdStream(db, key, now)\n  else if',
    replace: 'if',
  },
  {
    name: 'work announced while a stream ends is forgotten',
    file: streams,
    find: 'for (const claim of streams) this.#begin(claim, { ...lease, token: claim.token })',
    replace:
      'for (const claim of streams.slice(1)) this.#begin(claim, { ...lease, token: claim.token })',
  },
  {
    name: 'streams are never given back',
    file: streams,
    find: "if ((await this.#work()) === 'release') await this.#release()",
    replace: 'await this.#work(); await new Promise(() => {})',
  },
  // Retries and verdicts
  {
    name: 'jitter subtracts',
    file: schedule,
    find: 'const stretch = 1 + rules.retryJitter * fraction',
    replace: 'const stretch = 1 - rules.retryJitter * fraction',
  },
  {
    name: 'Retry-After is ignored',
    file: schedule,
    find: 'const askedMs = rules.honorRetryAfter ? (input.retryAfterMs ?? 0) : 0',
    replace: 'const askedMs = 0',
  },
  {
    name: 'Retry-After replaces the schedule',
    file: schedule,
    find: 'return now + Math.ceil(Math.max(scheduledMs * stretch, postponedMs))',
    replace: 'return now + Math.ceil(postponedMs > 0 ? postponedMs : scheduledMs * stretch)',
  },
  {
    name: 'the schedule is off by one',
    file: schedule,
    find: 'rules.retryScheduleMs[input.attemptNumber - 1]',
    replace: 'rules.retryScheduleMs[input.attemptNumber]',
  },
  {
    name: 'the last delay is used for ever',
    file: schedule,
    find: 'rules.retryScheduleMs[input.attemptNumber - 1]',
    replace:
      'rules.retryScheduleMs[Math.min(input.attemptNumber, rules.retryScheduleMs.length) - 1]',
  },
  {
    name: 'every answer is a success',
    file: verdict,
    find: "outcome.kind === 'answered' && statusIn(policy.successStatuses, outcome.status)",
    replace: "outcome.kind === 'answered' && outcome.status > 0",
  },
  {
    name: 'a timeout is a success',
    file: verdict,
    find: "return outcome.kind === 'answered' && statusIn",
    replace: "return outcome.kind !== 'answered' || statusIn",
  },
  {
    name: '410 does not disable',
    file: verdict,
    find: 'outcome.status === 410 && policy.disableOnGone',
    replace: 'outcome.status === 411 && policy.disableOnGone',
  },
  {
    name: 'the disable of a 410 is not written',
    file: record,
    find: 'if (effect.disable !== undefined) disableEndpoint(db, input, effect.disable)',
    replace: '',
  },
  {
    name: 'a throttling answer is an ordinary failure',
    file: verdict,
    find: 'new Set([429, 502, 503, 504])',
    replace: 'new Set([502, 503, 504])',
  },
  {
    name: 'what a person sent again is retried',
    file: verdict,
    find: "if (delivery.trigger === 'manual' && delivery.sequence === null) return false",
    replace: '',
  },
  {
    name: 'an open circuit is not minded',
    file: queue,
    find: 'const openMs = openUntil === null ? 0 : openUntil - wall',
    replace: 'const openMs = openUntil === null ? 0 : 0 * wall',
  },
  {
    name: 'health is not kept after an attempt',
    file: dispatcher,
    find: 'line.health = health\n',
    replace: 'void health\n',
  },
  {
    name: 'a circuit stays open',
    file: queue,
    find: 'const openMs = openUntil === null ? 0 : openUntil - wall',
    replace: 'const openMs = openUntil === null ? 0 : 1e9 + wall - wall',
  },
  // The queue
  {
    name: 'no bound on an endpoint',
    file: line,
    find: 'return this.inFlight < slots',
    replace: 'return this.inFlight < slots + 99',
  },
  {
    name: 'no bound on an application',
    file: queue,
    find: 'if (application.inFlight >= max) return true',
    replace: '',
  },
  {
    name: 'no bound on a node',
    file: queue,
    find: 'if (this.#waiting === 0 || this.#inFlight >= this.#limits.inFlightMax) return null',
    replace: 'if (this.#waiting === 0) return null',
  },
  {
    name: 'slots are not given back',
    file: line,
    find: 'this.inFlight--',
    replace: 'if (durationMs === null) this.inFlight--',
  },
  {
    name: 'the throttle counts nothing',
    file: line,
    find: 'this.#throttle?.started(monotonicNow)',
    replace: 'void monotonicNow',
  },
  {
    name: 'who slept is not woken',
    file: queue,
    find: 'if (sleeper instanceof EndpointLine) this.#enter(sleeper, lane)',
    replace: 'if (sleeper instanceof EndpointLine) continue',
  },
  {
    name: 'demoted work waits for ever',
    file: queue,
    find: "line.demote()\n        this.#enter(line, 'patient')\n",
    replace: 'line.demote()\n',
  },
  {
    name: 'work taken twice',
    file: engine,
    find: 'if (held === undefined) this.#push(claim, lease)',
    replace: 'if (held === undefined || !held.judged) this.#push(claim, lease)',
  },
  {
    name: 'a delivery is held for ever',
    file: dispatcher,
    find: 'this.#deps.queue.letGo(work.delivery.id)\n    work.turn',
    replace: 'work.turn',
  },
  // The store in trouble
  {
    name: 'a refused outcome is forgotten',
    file: 'delivery/recorder.ts',
    find: 'this.#kept.push({ input, resolve })',
    replace: "resolve('recorded')",
  },
  {
    name: 'kept outcomes are not offered again',
    file: engine,
    find: 'this.#recorder.retryKept()',
    replace: '',
  },
  {
    name: 'a refused poll is the last one',
    file: 'delivery/scheduler.ts',
    find: 'world.clock.monotonic() + pollMs\n      return pollMs',
    replace: 'world.clock.monotonic() + pollMs\n      return new Promise(() => {})',
  },
  // Settings and requests
  {
    name: 'a pause is not minded',
    file: 'delivery/targets.ts',
    find: 'endpoint.pausedAt === null &&',
    replace: '',
  },
  {
    name: 'the claim does not mind a pause or disable',
    file: claim,
    find: 'if (except.has(cursor) || sendable === undefined) continue',
    replace: 'if (except.has(cursor)) continue',
  },
  {
    name: 'views are never looked up again',
    file: 'intake/application-views.ts',
    find: 'loading.delete(id)\n    const kept = views.get(id)\n    if (kept === undefined) return\n',
    replace:
      'const kept = views.get(id)\n    if (kept !== undefined) return\n    if (kept === undefined) return\n',
  },
  {
    name: 'every retry has an id of its own',
    file: 'delivery/prepare.ts',
    find: 'const { id } = claim.message\n',
    replace: "const id = claim.message.id + (claim.delivery.attemptCount || '')\n",
  },
  {
    name: 'the old secret signs alone after a rotation',
    file: 'delivery/signer.ts',
    find: 'secret.expiresAt === null || secret.expiresAt > nowMs',
    replace: 'secret.expiresAt !== null',
  },
  {
    name: 'the payload is parsed and written again',
    file: 'delivery/prepare.ts',
    find: 'payload: message.payload }',
    replace:
      'payload: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(message.payload).toString()))) }',
  },
  {
    name: 'a stop forgets what is in flight',
    file: engine,
    find: 'await this.#restWithin(this.#deps.limits.stopTimeoutMs)',
    replace: 'this.#abort.abort()',
  },
  {
    name: 'a stop keeps the leases',
    file: engine,
    find: 'this.#dispatcher.giveBackWaiting()',
    replace: '',
  },
]
