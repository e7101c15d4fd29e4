/** The same done to many endpoints, as a job: started here, worked off by `endpoint-worker.ts`. */
import type Type from 'typebox'
import * as contract from '../contract/endpoint-jobs.ts'
import type { EndpointSelection } from '../domain/endpoint-work.ts'
import { type Answer, applicationOf, type Call, type Route, route, type Services } from './call.ts'
import { checkTypesGiven, idsIn, soughtIn } from './endpoint-change-many.ts'
import { noticeChannel } from './job-notice.ts'
import { startJob } from './tasks.ts'

export const endpointJobRoutes: readonly Route[] = [
  route(contract.changeAllEndpoints, async (call, services) => {
    checkTypesGiven(call.body)
    const { action, eventTypes = null } = call.body
    const selection = await selectionOf(call, services)
    return begin(call, { kind: 'endpoint.change', ...selection, action, eventTypes }, services)
  }),

  route(contract.testAllEndpoints, async (call, services) => {
    const { eventTypes = null } = call.body
    const selection = await selectionOf(call, services)
    return begin(call, { kind: 'endpoint.test', ...selection, eventTypes }, services)
  }),
]

type Body = Pick<Type.Static<typeof contract.testAllEndpoints.body>, 'ids' | 'filter' | 'notify'>

async function begin(
  call: Call<unknown, Body>,
  job: Parameters<typeof startJob>[1],
  services: Services,
): Promise<Answer> {
  return startJob(call, job, services, await noticeChannel(call, call.body.notify, services))
}

async function selectionOf(
  call: Call<unknown, Body>,
  services: Services,
): Promise<EndpointSelection> {
  const { id: applicationId } = await applicationOf(call, services)
  const { principal, language, address, body } = call
  return {
    applicationId,
    ids: body.ids == null ? null : idsIn(body.ids),
    sought: soughtIn(body),
    by: { actor: principal.actor, applicationId: principal.applicationId, language, address },
  }
}
