/**
 * The way of one request, step by step, so that a person sees at which one it ended. What follows
 * the one that failed was not reached.
 */
import type { ErrorClass, Outcome, Unanswered } from './outcome.ts'

export const stepNames = ['name', 'address', 'connection', 'tls', 'request', 'answer'] as const
export type StepName = (typeof stepNames)[number]

export interface Step {
  readonly step: StepName
  readonly state: StepState
  /** Null: it took none of its own, or is not measured. */
  readonly durationMs: number | null
}

/** `kept`: done before, the connection was still open. `not_needed`: no name to look up, no TLS. */
export type StepState = 'pass' | 'fail' | 'kept' | 'not_needed' | 'not_reached'

export function stepsOf(
  outcome: Outcome,
  given: {
    /** Whether the URL is https. */
    readonly secure: boolean
    /** Whether the answer counts as success. */
    readonly succeeded: boolean
  },
): readonly Step[] {
  const { timings } = outcome
  const failed = failedStep(outcome, given.succeeded)
  const end = failed === null ? stepNames.length : stepNames.indexOf(failed)
  // A request that could not be made went nowhere, as far as the steps before it go.
  const isMade = outcome.kind === 'answered' || failed !== 'request' || outcome.reached === 'sent'
  const isKept = timings.connectMs === null && end > stepNames.indexOf('tls')
  const durations: Readonly<Record<StepName, number | null>> = {
    name: timings.dnsMs,
    address: null,
    connection: timings.connectMs,
    tls: timings.tlsMs,
    request: null,
    answer: timings.firstByteMs,
  }
  return stepNames.map((step, at) => {
    const state = (): StepState => {
      if (at === end) return 'fail'
      if (at > end || !isMade) return 'not_reached'
      if (step === 'tls' && !given.secure) return 'not_needed'
      if (isKept && at <= stepNames.indexOf('tls')) return 'kept'
      return step === 'name' && timings.dnsMs === null ? 'not_needed' : 'pass'
    }
    return { step, state: state(), durationMs: at > end ? null : durations[step] }
  })
}

function failedStep(outcome: Outcome, succeeded: boolean): StepName | null {
  if (outcome.kind === 'answered') return succeeded ? null : 'answer'
  return stepOfClass(outcome.errorClass) ?? stepReached(outcome)
}

/** Those that say by themselves where it ended. */
function stepOfClass(errorClass: ErrorClass): StepName | null {
  if (errorClass.startsWith('dns_')) return 'name'
  if (errorClass.startsWith('tls_')) return 'tls'
  if (errorClass === 'write_timeout') return 'request'
  return ['blocked_address', 'blocked_url', 'loop_refused'].includes(errorClass) ? 'address' : null
}

function stepReached({ reached }: Unanswered): StepName {
  switch (reached) {
    case undefined: // it was never begun: something before it failed
      return 'request'
    case 'dns':
      return 'name'
    case 'proxy':
    case 'connect':
      return 'connection'
    case 'tls':
      return 'tls'
    case 'sent':
      return 'answer'
    default:
      return reached satisfies never
  }
}
