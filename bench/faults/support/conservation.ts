import { Books } from './books.ts'
import type { Violations } from './experiment.ts'
import type { Ledger } from './ledger.ts'

/**
 * G30, asked at the end of every experiment: what was accepted is accounted for, and what the
 * receiver saw is what was recorded, apart from the requests in flight at kills.
 */
export function checkConservation(input: {
  readonly databaseFile: string
  readonly ledger: Ledger
  readonly violations: Violations
  /** Matching endpoints of every message; `deliveries` where they differ. */
  readonly endpoints?: number
  readonly deliveries?: number
  readonly inFlightAtKills: number
  /** Connections to the receiver ended with answers on them: such an attempt is recorded as unanswered. */
  readonly answersLost?: boolean
}): Readonly<Record<string, number>> {
  const books = new Books(input.databaseFile)
  try {
    const states = books.deliveriesByState()
    const messages = books.messages()
    const total = Object.values(states).reduce((sum, count) => sum + count, 0)
    const deliveries = input.deliveries ?? messages * (input.endpoints ?? 0)
    input.violations.expect(
      total === deliveries,
      `${messages} messages make ${deliveries} deliveries, but there are ${total}`,
    )
    const recorded = books.answeredAttempts()
    const seen = input.ledger.arrivals.length
    const attempts = books.attempts()
    input.violations.expect(
      input.answersLost === true
        ? recorded <= seen && seen <= attempts + input.inFlightAtKills
        : seen === recorded + input.inFlightAtKills,
      `the receiver saw ${seen} requests; ${recorded} recorded (${attempts} attempts) + ${input.inFlightAtKills} in flight at kills`,
    )
    const integrity = books.integrity()
    input.violations.expect(integrity === 'ok', `integrity: ${integrity}`)
    input.violations.expect(
      input.ledger.wrongSignatures === 0,
      `${input.ledger.wrongSignatures} wrong signatures`,
    )
    return { messages, attempts, recorded, seen, succeeded: states.succeeded }
  } finally {
    books.close()
  }
}
