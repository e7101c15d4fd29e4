/**
 * The database as an auditor sees it: read-only, beside the server or after it was killed. Here
 * and nowhere else do the experiments know tables of the embedded store.
 */
import { DatabaseSync } from 'node:sqlite'

const recordedStatement = `
  select a.endpoint_id as endpointId, count(*) as count
  from attempt a
  where a.application_id = ? and a.message_id = ? and a.response_status > 0
  group by a.endpoint_id`
const attemptsStatement = 'select count(*) as count from attempt where application_id = ?'
const statesStatement = 'select state, count(*) as count from delivery group by state'
const stateNames = ['pending', 'sending', 'succeeded', 'failed', 'canceled'] as const

export type DeliveryStateName = (typeof stateNames)[number]

export class Books {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 })
  }

  /** Attempts of a message that were answered, by endpoint. */
  recorded(applicationId: string, messageId: string): ReadonlyMap<string, number> {
    const rows = this.#database.prepare(recordedStatement).all(applicationId, messageId)
    return new Map(rows.map((row) => [String(row['endpointId']), Number(row['count'])]))
  }

  /** All attempts of an application. */
  attemptsOf(applicationId: string): number {
    return Number(this.#database.prepare(attemptsStatement).get(applicationId)?.['count'])
  }

  deliveriesByState(): Readonly<Record<DeliveryStateName, number>> {
    const counts = { pending: 0, sending: 0, succeeded: 0, failed: 0, canceled: 0 }
    for (const row of this.#database.prepare(statesStatement).all()) {
      const name = stateNames[Number(row['state'])]
      if (name === undefined) throw new Error(`no delivery state ${row['state']}`)
      counts[name] = Number(row['count'])
    }
    return counts
  }

  messages(): number {
    return this.#number('select count(*) as number from message')
  }

  attempts(): number {
    return this.#number('select count(*) as number from attempt')
  }

  answeredAttempts(): number {
    return this.#number('select count(*) as number from attempt where response_status > 0')
  }

  longestAttemptMs(): number {
    return this.#number('select coalesce(max(duration_ms), 0) as number from attempt')
  }

  /** `ok`, or what SQLite finds wrong with its file. */
  integrity(): string {
    const row = this.#database.prepare('pragma integrity_check').get()
    return String(row?.['integrity_check'])
  }

  close(): void {
    this.#database.close()
  }

  #number(statement: string): number {
    return Number(this.#database.prepare(statement).get()?.['number'])
  }
}
