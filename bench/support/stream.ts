import type { ProducerOptions, ProducerReport } from '../processes/producer.ts'
import type { GroupReport } from '../processes/receiver.ts'
import type { Child } from './child.ts'

/** One stream of events through the server, seen from both ends. */
export interface Flow {
  readonly events: number
  /** Distinct deliveries a second, from the producer's first write to the last arrival. */
  readonly perSecond: number
  readonly acceptedPerSecond: number
  readonly producer: ProducerReport
  readonly group: GroupReport
}

/** Lets the producer send `events`, and waits until the receiver has had `deliveries` of them. */
export async function flow(input: {
  readonly producer: Child
  readonly receiver: Child
  readonly group: string
  readonly events: number
  /** 0: as fast as answers come. */
  readonly perSecond?: number
  readonly deliveries?: number
}): Promise<Flow> {
  const deliveries = input.deliveries ?? input.events
  await input.receiver.ask({ kind: 'forget' }, 'forgotten')
  const reached = input.receiver.ask(
    { kind: 'expect', group: input.group, count: deliveries },
    'reached',
  )
  const done = await input.producer.ask(
    { kind: 'go', events: input.events, perSecond: input.perSecond ?? 0 },
    'done',
  )
  const producer = done['report'] as ProducerReport // the only thing that `done` carries
  assertAccepted(producer)
  const endedAt = Number((await reached)['at'])
  const { report } = await input.receiver.ask({ kind: 'report', group: input.group }, 'report')
  const group = report as GroupReport // likewise
  if (group.wrongSignatures > 0) throw new Error(`${group.wrongSignatures} wrong signatures`)
  return {
    events: input.events,
    perSecond: (deliveries / (endedAt - producer.startedAt)) * 1000,
    acceptedPerSecond: (producer.events / (producer.endedAt - producer.startedAt)) * 1000,
    producer,
    group,
  }
}

/** A number is only worth something when everything was accepted. */
function assertAccepted(report: ProducerReport): void {
  const refused = Object.keys(report.statuses).filter((status) => !status.startsWith('2'))
  if (refused.length > 0) {
    throw new Error(`the server answered ${JSON.stringify(report.statuses)}`)
  }
}

export type { ProducerOptions }
