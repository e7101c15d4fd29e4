import * as contract from '../contract/transformation.ts'
import { codeFault, transform, transformationOf } from '../intake/transformation.ts'
import { bodyOf } from '../profiles/body.ts'
import { profileOf } from '../profiles/profiles.ts'
import { answer, endpointOf, noContent, type Route, route } from './call.ts'
import { announceChange, changeEndpoint } from './endpoint-changes.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

export const transformationRoutes: readonly Route[] = [
  route(contract.getTransformation, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { code, enabled, variables, updatedAt } = transformationOf(endpoint)
    const changed = updatedAt === null ? null : timeText(updatedAt)
    return answer(200, { code, enabled, variables, updatedAt: changed })
  }),

  route(contract.patchTransformation, async (call, services) => {
    await endpointOf(call, services) // 404 before its code is run
    const { body, now } = call
    if (typeof body.code === 'string') {
      const fault = await codeFault(services.sandbox, body.code)
      if (fault !== null) throw refuse('code', fault)
    }
    const changed = await changeEndpoint(call, services, ({ endpoint }) => {
      const before = transformationOf(endpoint)
      const code = body.code === undefined ? before.code : body.code
      const enabled = body.enabled ?? before.enabled
      if (enabled && code === null)
        throw refuse('enabled', { en: 'there is no code', es: 'no hay código' })
      const variables = body.variables === undefined ? before.variables : (body.variables ?? {})
      const transformation = { code, enabled, variables, updatedAt: now }
      return { ...endpoint, attributes: { ...endpoint.attributes, transformation } }
    })
    await announceChange(changed.before, changed.after, { ...changed, services, now })
    return noContent
  }),

  route(contract.testTransformation, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const saved = transformationOf(endpoint)
    const profile = profileOf(application.profile)
    const { eventType } = call.body
    const code = call.body.code ?? saved.code
    if (code === null) throw refuse('code', { en: 'there is no code', es: 'no hay código' })
    const payload = call.bytesOf('payload') ?? Buffer.from('{}')
    const result = await transform(
      services.sandbox,
      { code, variables: call.body.variables ?? saved.variables },
      { eventType, payload, endpoint, replaceable: profile.replaceableHeaders },
    )
    if (!result.ok) {
      const { reason, ...where } = result
      return answer(200, { ...where, error: reason[call.language] })
    }
    const message = { eventType, payload: result.payload, createdAt: call.now, attributes: {} }
    const body = bodyOf({ profile, message, endpoint })
    const { method, url, headers } = result
    return answer(200, {
      ...{ ok: true, method, url, headers },
      payload: JSON.parse(Buffer.from(result.payload).toString()),
      body: Buffer.from(body).toString(),
    })
  }),
]
