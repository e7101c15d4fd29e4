import type { ProducerOptions } from '../processes/producer.ts'
import { Child } from './child.ts'
import { benchApiKey } from './node.ts'

/** Starts a producer, lends it to `use`, and stops it again. */
export async function withProducer<Result>(
  options: Omit<ProducerOptions, 'apiKey'>,
  use: (producer: Child) => Promise<Result>,
): Promise<Result> {
  const producer = await Child.start('producer.ts', { ...options, apiKey: benchApiKey })
  try {
    return await use(producer)
  } finally {
    await producer.stop()
  }
}
