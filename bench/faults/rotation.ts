/** G23: secrets are rotated while deliveries go out; each request is signed by one that is valid then. */
import { createHmac } from 'node:crypto'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { events: 200, rotations: 4 },
  large: { events: 10_000, rotations: 10 },
} as const satisfies Record<Form, unknown>

const path = '/rotated'
const lanes = 16
const drainMs = 120_000

export const rotation: Experiment = {
  name: 'rotation',
  sentence: 'while secrets rotate every request verifies with one that is valid then (G23)',
  run: (form) => inScene({ ledger: { keepBodies: true } }, (scene) => play(scene, form)),
}

async function play(scene: Scene, form: Form): Promise<Report> {
  const { events, rotations } = forms[form]
  const { api, ledger } = scene
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrange(scene, [path])
  const secretPath = `/api/v1/app/${applicationId}/endpoint/${endpointIds.get(path)}/secret`
  const secretNow = async (): Promise<string> =>
    JSON.parse((await api.call('GET', secretPath)).text).key
  const secrets = [await secretNow()]
  let sent = 0
  const produce = async (): Promise<void> => {
    while (sent < events) {
      const number = sent++
      const body = numberedEvent(number)
      const answer = await api.call('POST', `/api/v1/app/${applicationId}/msg`, { body })
      violations.expect(answer.status === 202, `not accepted: ${answer.status}`)
      if (number % Math.floor(events / (rotations + 1)) === 0 && secrets.length <= rotations) {
        const rotated = await api.call('POST', `${secretPath}/rotate`, { body: '{}' })
        violations.expect(rotated.status === 204, `not rotated: ${rotated.status}`)
        secrets.push(await secretNow())
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, produce))
  await ledger.until(() => ledger.distinct >= events, drainMs)
  violations.expect(ledger.distinct === events, `${ledger.distinct} of ${events} came`)

  let several = 0
  for (const { headers, body, messageId } of ledger.arrivals) {
    const given = (headers['webhook-signature'] ?? headers['svix-signature'] ?? '').split(' ')
    const time = headers['webhook-timestamp'] ?? headers['svix-timestamp'] ?? ''
    const valid = secrets.some((secret) =>
      given.includes(`v1,${signature(secret, `${messageId}.${time}.`, body)}`),
    )
    if (given.length > 1) several += 1
    violations.expect(valid, `${messageId} verifies with no secret`)
  }
  return {
    name: rotation.name,
    form,
    facts: {
      events,
      rotations: secrets.length - 1,
      requests: ledger.arrivals.length,
      withSeveralSignatures: several,
    },
    violations: violations.list(),
  }
}

function signature(secret: string, head: string, body: Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(head).update(body).digest('base64')
}
