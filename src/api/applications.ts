import type Type from 'typebox'
import * as contract from '../contract/application.ts'
import type { Application } from '../domain/application.ts'
import { type ApplicationId, idPrefixes } from '../domain/ids.ts'
import type { Language } from '../i18n/translate.ts'
import { forgetSettings } from '../intake/application-settings.ts'
import { changeStored } from '../store/change.ts'
import { absent } from './absent.ts'
import { matchingApplications, standingOf } from './application-search.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  conflict,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { checkMetadata, checkText, checkUid, rateOf } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import { endSessions } from './sessions.ts'
import { oneAtATime } from './systems/one-at-a-time.ts'
import { checkSwitch } from './systems/profile-fit.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

type ApplicationIn = Type.Static<typeof contract.ApplicationIn>

const uidTaken = {
  en: 'An application with that id or uid already exists',
  es: 'Ya existe una aplicación con ese id o uid',
}

export const applicationRoutes: readonly Route[] = [
  route(contract.listApplications, async (call, services) => {
    const { organizationId } = call.principal
    const asked = pageRequest(call.query, { kind: 'application', order: 'ascending' })
    const { search, needs_attention: needsAttention = false } = call.query
    const page =
      search === undefined && !needsAttention
        ? await services.store.listApplications({ organizationId, page: asked })
        : await matchingApplications(services.store, {
            ...{ organizationId, page: asked },
            filter: { text: search ?? null, needsAttention },
          })
    const text = listText(page, { idOf: (item) => item.id, render: applicationText })
    return { status: 200, body: text }
  }),

  route(contract.applicationStanding, async (call, services) => {
    const { organizationId } = call.principal
    const applicationIds = [...new Set(call.query.application_ids)] as ApplicationId[] // by their pattern
    return answer(200, await standingOf(services.store, { organizationId, applicationIds }))
  }),

  route(contract.createApplication, async (call, services) => {
    const existing = await existingOf(call.query.get_if_exists, call.body.uid, call, services)
    if (existing !== null) return answer(200, applicationOut(existing))
    const created = await services.store.createApplication(newApplication(call, services))
    if (created !== 'uid_taken') return answer(201, applicationOut(created))
    // Somebody was faster: `get_if_exists` means theirs.
    const theirs = await existingOf(call.query.get_if_exists, call.body.uid, call, services)
    if (theirs === null) throw conflict(uidTaken)
    return answer(200, applicationOut(theirs))
  }),

  route(contract.getApplication, async (call, services) =>
    answer(200, applicationOut(await applicationOf(call, services))),
  ),

  route(contract.updateApplication, async (call, services) => {
    const found = await services.store.findApplication({
      organizationId: call.principal.organizationId,
      idOrUid: call.path.app_id,
    })
    if (found === null) {
      const created = await services.store.createApplication(newApplication(call, services))
      if (created === 'uid_taken') throw conflict(uidTaken)
      return answer(201, applicationOut(created))
    }
    const fresh = newApplication(call, services)
    return switched(found, call, services, (present) => ({
      ...fresh,
      ...kept(present),
      profile: call.body.profile ?? present.profile,
    }))
  }),

  route(contract.patchApplication, async (call, services) => {
    const { body } = call
    const present = await applicationOf(call, services)
    if (body.profile !== undefined) checkProfile(body.profile, services)
    return switched(present, call, services, (found) => {
      const rate = rateOf(body)
      return {
        ...found,
        name: body.name === undefined ? found.name : checkText(body.name, 'name'),
        uid: body.uid === undefined ? found.uid : checkUid(body.uid, idPrefixes.application),
        throttleRate: rate === undefined ? found.throttleRate : rate,
        metadata: body.metadata === undefined ? found.metadata : checkMetadata(body.metadata),
        profile: body.profile ?? found.profile,
        enabled: body.enabled ?? found.enabled,
      }
    })
  }),

  route(contract.deleteApplication, async (call, services) => {
    const found = await applicationOf(call, services)
    const result = await services.store.deleteApplication({
      organizationId: found.organizationId,
      applicationId: found.id,
      now: call.now,
    })
    services.views.invalidate(found.id)
    await forgetSettings(services.store, found.id)
    // Its portal sessions are over; the same scope that `expire-all` ends.
    await endSessions(services.store, found.id, {
      scope: { kind: 'application' },
      now: call.now,
      endsAt: call.now,
    })
    if (result === 'not_found') throw notFound(absent.application)
    return noContent
  }),
]

async function existingOf(
  wanted: boolean | undefined,
  uid: string | null | undefined,
  call: Pick<Call<unknown, unknown>, 'principal'>,
  services: Services,
): Promise<Application | null> {
  if (wanted !== true || uid === undefined || uid === null) return null
  const { organizationId } = call.principal
  return services.store.findApplication({ organizationId, idOrUid: uid })
}

/** What stays when an application is replaced. */
function kept(found: Application) {
  const { id, organizationId, configVersion, createdAt } = found
  return { id, organizationId, configVersion, createdAt }
}

function newApplication(
  call: { readonly body: ApplicationIn } & Pick<Call<unknown, unknown>, 'principal' | 'now'>,
  services: Services,
): Application {
  const { body } = call
  return {
    id: services.ids.next('application'),
    organizationId: call.principal.organizationId,
    uid: checkUid(body.uid, idPrefixes.application),
    name: checkText(body.name, 'name'),
    metadata: checkMetadata(body.metadata),
    throttleRate: rateOf(body) ?? null,
    profile: checkProfile(body.profile ?? services.config.defaultProfile, services),
    enabled: body.enabled ?? true,
    configVersion: 1,
    createdAt: call.now,
    updatedAt: call.now,
  }
}

function checkProfile(profile: string, services: Services): string {
  if (services.profilePolicy(profile) === null) {
    throw refuse('profile', {
      en: 'there is no profile of that name',
      es: 'no existe un perfil con ese nombre',
    })
  }
  return profile
}

/**
 * The change, once its profile is known to fit. An endpoint that comes in between, on whatever node,
 * has it looked at again.
 */
function switched(
  found: Application,
  call: Parameters<typeof changeApplication>[0] & {
    readonly body: { readonly profile?: string }
    readonly query: { readonly force?: boolean }
    readonly language: Language
  },
  services: Services,
  change: (found: Application) => Application,
): Promise<Answer> {
  const { language } = call
  const force = call.query.force === true
  return oneAtATime(found.id, async () => {
    const fitting = async (present: Application): Promise<Application> => {
      await checkSwitch(present, call.body.profile, { services, language, force })
      return change(present)
    }
    return answer(200, applicationOut(await changeApplication(call, services, fitting)))
  })
}

/**
 * Changes the application of the path: as it is now, also when others change it meanwhile. A caller
 * who says what was read (`If-Match`) gets 409 instead. Another profile is stored only while the
 * endpoints are those that `change` saw.
 */
export async function changeApplication(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now' | 'ifMatch'>,
  services: Services,
  change: (found: Application) => Application | Promise<Application>,
): Promise<Application> {
  const { store, views } = services
  let profile = ''
  const result = await changeStored({
    async read() {
      const found = await applicationOf(call, services)
      profile = found.profile
      return found
    },
    change,
    async store(application, expectedUpdatedAt) {
      const saved = await store.updateApplication({
        ...{ application, expectedUpdatedAt },
        ...(application.profile === profile
          ? {}
          : { expectedConfigVersion: application.configVersion }),
      })
      views.invalidate(application.id)
      return saved
    },
    now: call.now,
    knownUpdatedAt: call.ifMatch,
  })
  if (result === 'uid_taken') throw conflict(uidTaken)
  if (result === 'not_found') throw notFound(absent.application)
  if (typeof result === 'string')
    throw conflict({
      en: 'The application was changed since it was read.',
      es: 'La aplicación cambió desde que se leyó.',
    })
  return result.after
}

/**
 * The application in the path, made when it is missing and the body describes it (message create
 * and portal access); its uid must then be the one in the path.
 */
export async function ensureApplication(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now'>,
  description: ApplicationIn | null | undefined,
  services: Services,
): Promise<Application> {
  if (description === null || description === undefined) return applicationOf(call, services)
  if (description.uid === null || description.uid === undefined) {
    throw refuse(
      ['application', 'uid'],
      {
        en: 'the application to create needs the uid in the path',
        es: 'la aplicación que se crea necesita el uid en la ruta',
      },
      'application_uid_missing',
    )
  }
  const found = await services.store.findApplication({
    organizationId: call.principal.organizationId,
    idOrUid: call.path.app_id,
  })
  if (description.uid !== call.path.app_id && description.uid !== found?.uid) {
    throw refuse(
      ['application', 'uid'],
      { en: 'the uid is not the one in the path', es: 'el uid no es el de la ruta' },
      'application_uid_mismatch',
    )
  }
  if (found !== null) return applicationOf(call, services)
  const { principal, now } = call
  if (principal.applicationId !== null) throw notFound(absent.application)
  const created = await services.store.createApplication(
    newApplication({ body: description, principal, now }, services),
  )
  // Taken in the meantime: by a call like this one.
  return created === 'uid_taken' ? applicationOf(call, services) : created
}

function applicationOut(application: Application): Type.Static<typeof contract.ApplicationOut> {
  return {
    id: application.id,
    uid: application.uid,
    name: application.name,
    throttleRate: application.throttleRate,
    rateLimit: application.throttleRate,
    metadata: { ...application.metadata },
    profile: application.profile,
    enabled: application.enabled,
    createdAt: timeText(application.createdAt),
    updatedAt: timeText(application.updatedAt),
  }
}

function applicationText(application: Application): string {
  return JSON.stringify(applicationOut(application))
}
