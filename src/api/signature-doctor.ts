import type { Static } from 'typebox'
import * as contract from '../contract/checkup.ts'
import type { Application } from '../domain/application.ts'
import { isBodyChange } from '../domain/body-changes.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { Mask } from '../domain/masking.ts'
import { frameworks, rawBodyFixes } from '../domain/raw-body-fixes.ts'
import { decodeBase64 } from '../domain/secret.ts'
import { signedHeaders } from '../domain/signature-check.ts'
import type { Diagnosis } from '../domain/signature-doctor.ts'
import { explanationOf } from '../i18n/explanations.ts'
import { signatureKindOf } from '../profiles/profile.ts'
import { profileOf } from '../profiles/profiles.ts'
import {
  type CurrentSecret,
  firstVerification,
  lastVerification,
  noteVerification,
} from '../store/note-verification.ts'
import {
  answer,
  applicationOf,
  conflict,
  endpointOf,
  type Route,
  route,
  type Services,
} from './call.ts'
import { maskMessage } from './masked.ts'
import { maskFor } from './masking.ts'
import { bodyNow } from './sent-body.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

type Pasted = Static<typeof contract.DiagnosisIn>

/** Other endpoints of the application whose secrets are tried. */
const othersMax = 250
/** Bytes that are signed to try them: a large body is tried with fewer. */
const othersBytesMax = 67_108_864

export const signatureDoctorRoutes: readonly Route[] = [
  route(contract.diagnoseSignature, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    if (signatureKindOf(endpoint, profileOf(application.profile)) !== 'standard-webhooks') {
      throw conflict({
        en: 'Requests to this endpoint carry no Standard Webhooks signature.',
        es: 'Las solicitudes a este endpoint no llevan firma de Standard Webhooks.',
      })
    }
    const mask = await maskFor(call, services)
    const headers = headersByName(call.body.headers)
    const id = signedHeaders((name) => headers.get(name) ?? null)?.id ?? null
    const sent = id === null ? null : await sentBytes(id, { application, endpoint, services, mask })
    const receivedAt = call.body.receivedAt ?? null
    const body = pastedBody(call.body)
    const others = await otherKeys(application, endpoint, services)
    const diagnosis = await services.documents.diagnose({
      headers,
      body,
      nowMs: call.now,
      receivedAtMs: receivedAt === null ? null : bodyTime(receivedAt, 'receivedAt'),
      secrets: endpoint.secrets,
      others: others.slice(0, Math.floor(othersBytesMax / (body.length + 1))),
      sent,
      secret: call.body.secret ?? null,
      computed: call.body.computed ?? null,
    })
    if (diagnosis.valid) {
      const noting = {
        applicationId: application.id,
        secret: diagnosis.secretIndex === 0 ? currentSecret(endpoint) : null,
        ...({ by: 'doctor', now: call.now } as const),
      }
      await noteVerification(services.store, noting).catch(() => null) // the answer matters more
    }
    const fixes = diagnosis.findings.some(isBodyChange) ? fixesFor(call.body) : []
    return answer(200, {
      ...told(diagnosis, endpoint),
      findings: diagnosis.findings.map((code) => ({
        code,
        ...explanationOf(code, call.language),
      })),
      messageKnown: sent !== null,
      fixes,
    })
  }),
  route(contract.getVerification, async (call, services) => {
    const application = await applicationOf(call, services)
    const first = await firstVerification(services.store, application.id)
    return answer(200, {
      verifiedAt: first === null ? null : timeText(first.at),
      by: first?.by ?? null,
    })
  }),
  route(contract.getEndpointVerification, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const secret = currentSecret(endpoint)
    const last = secret === null ? null : await lastVerification(services.store, secret)
    return answer(200, {
      verifiedAt: last === null ? null : timeText(last.at),
      by: last?.by ?? null,
    })
  }),
]

function currentSecret({ id, secrets }: Endpoint): CurrentSecret | null {
  const [current] = secrets
  return current === undefined ? null : { endpointId: id, createdAt: current.createdAt }
}

function headersByName(headers: Pasted['headers']): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [name.trim().toLowerCase(), value.trim()]),
  )
}

function pastedBody({ body, bodyBase64 }: Pasted): Uint8Array {
  if (bodyBase64 == null) return Buffer.from(body ?? '')
  const bytes = decodeBase64(bodyBase64)
  if (bytes === null)
    throw refuse('bodyBase64', {
      en: 'not standard base64 with padding',
      es: 'no es base64 estándar con relleno',
    })
  return bytes
}

const comparing = {
  detail: {
    en: 'Members of this message are masked for your role; a comparison of its body would show them.',
    es: 'Hay partes de este mensaje ocultas para este rol; una comparación de su cuerpo los mostraría.',
  },
}

/** The bytes of that message as this endpoint gets them now; null when there are none any more. */
async function sentBytes(
  id: string,
  input: {
    readonly application: Application
    readonly endpoint: Endpoint
    readonly services: Services
    readonly mask: Mask
  },
): Promise<Uint8Array | null> {
  const { application, services, mask } = input
  const message = await services.store.findMessage({
    applicationId: application.id,
    idOrEventId: id,
    withPayload: true,
  })
  if (message === null || message.id !== id || message.payload === null) return null
  // What differs is told in excerpts.
  if (maskMessage(message, mask).paths.length > 0) throw new Problem(problems.forbidden, comparing)
  return bodyNow(message, input)
}

async function otherKeys(application: Application, endpoint: Endpoint, services: Services) {
  const view = await services.views.get(application.id)
  const others = view?.endpoints.filter(({ id }) => id !== endpoint.id) ?? []
  return others
    .slice(0, othersMax)
    .flatMap(({ id, secrets }) => secrets.map(({ key }) => ({ endpointId: id, key })))
}

function told({ secretIndex, ...diagnosis }: Diagnosis, endpoint: Endpoint) {
  const secret = secretIndex === null ? undefined : endpoint.secrets[secretIndex]
  return {
    ...diagnosis,
    secret:
      secret === undefined
        ? null
        : {
            current: secretIndex === 0,
            createdAt: timeText(secret.createdAt),
            expiresAt: secret.expiresAt === null ? null : timeText(secret.expiresAt),
          },
  }
}

function fixesFor({ framework }: Pasted) {
  return frameworks
    .filter((name) => framework == null || name === framework)
    .map((name) => ({ framework: name, ...rawBodyFixes[name] }))
}
