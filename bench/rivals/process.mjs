/**
 * One process of a rival, as its producer or as its worker. Plain JavaScript, because the rivals
 * are installed under bench/ alone and the project's types are checked without them.
 */
import { parentOf } from '../support/child.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { payloadText } from '../support/payload.ts'
import { deliverer, inParallel } from './deliver.ts'

const queueName = 'webhooks'
const connections = 64

/** Each rival: how to enqueue many at once, and how to work at its best settings. */
const rivals = {
  async bullmq({ url }) {
    const { Queue, Worker } = await import('bullmq')
    const { default: Redis } = await import('ioredis')
    const connection = new Redis(url, { maxRetriesPerRequest: null })
    return {
      async producer() {
        const queue = new Queue(queueName, { connection })
        return (jobs) =>
          queue.addBulk(
            jobs.map((data) => ({
              name: 'deliver',
              data,
              opts: { removeOnComplete: true, attempts: 8, backoff: { type: 'exponential' } },
            })),
          )
      },
      async worker(deliver) {
        const worker = new Worker(queueName, (job) => deliver(job.data), {
          connection,
          concurrency: 128,
        })
        await worker.waitUntilReady()
      },
    }
  },

  async 'pg-boss'({ url }) {
    const { PgBoss } = await import('pg-boss')
    const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false })
    boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
    await boss.start()
    await boss.createQueue(queueName)
    return {
      async producer() {
        return (jobs) =>
          boss.insert(
            queueName,
            jobs.map((data) => ({ data, retryLimit: 8 })),
          )
      },
      async worker(deliver) {
        for (let at = 0; at < 4; at++) {
          const options = {
            batchSize: 1000,
            pollingIntervalSeconds: 0.5,
            burstWhenBatchFull: true,
          }
          await boss.work(queueName, options, (jobs) =>
            inParallel(
              jobs.map(({ data }) => data),
              connections / 4,
              deliver,
            ),
          )
        }
      },
    }
  },

  async 'graphile-worker'({ url }) {
    const { Logger, makeWorkerUtils, run } = await import('graphile-worker')
    const logger = new Logger(() => () => {})
    return {
      async producer() {
        const utils = await makeWorkerUtils({ connectionString: url, logger })
        await utils.migrate()
        return (jobs) =>
          utils.addJobs(jobs.map((payload) => ({ identifier: 'deliver', payload, maxAttempts: 8 })))
      },
      async worker(deliver) {
        await run({
          connectionString: url,
          logger,
          taskList: { deliver: (payload) => deliver(payload) },
          noHandleSignals: true,
          preset: {
            worker: {
              concurrentJobs: 96,
              maxPoolSize: 10,
              pollInterval: 100,
              localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
              completeJobBatchDelay: 5,
              failJobBatchDelay: 5,
            },
          },
        })
      },
    }
  },
}

const { options, say, hear } = parentOf()
const rival = await rivals[options.rival](options)

if (options.role === 'worker') {
  await rival.worker(deliverer({ client: options.client, origin: options.origin, connections }))
} else {
  const enqueue = await rival.producer()
  hear('go', async ({ count, run }) => {
    const startedAt = monotonicMs()
    for (let from = 0; from < count; from += options.bulk) {
      const size = Math.min(options.bulk, count - from)
      await enqueue(
        Array.from({ length: size }, (_, at) => ({
          id: `${run}_${from + at}`,
          payload: payloadText(monotonicMs(), options.payloadBytes),
        })),
      )
    }
    say({ kind: 'done', startedAt, endedAt: monotonicMs() })
  })
}
say({ kind: 'ready' })
