/**
 * Who starts a long job may ask to be told of its end by mail. Their address is a receiver of
 * operational webhooks like any other, listed among them, but on a channel of its own: it gets the
 * end of the jobs that asked for it, and nothing else.
 */
import { createHash } from 'node:crypto'
import { mailAddresses, mailUrl } from '../domain/notice.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Call, Services } from './call.ts'
import { createEndpointFrom } from './endpoints.ts'
import { hiddenApplicationOf } from './operational-webhooks.ts'
import { requirePermission } from './principal.ts'
import { refuse } from './validate.ts'

type Asking = Pick<Call<unknown, unknown>, 'principal' | 'language' | 'now'>

/** The channel on which the job's end is told; null: nobody asked. 422 for who cannot be told. */
export async function noticeChannel(
  call: Asking,
  notify: string | null | undefined,
  services: Services,
): Promise<string | null> {
  if (notify === null || notify === undefined) return null
  const address = addressOf(call, notify)
  if (services.config.smtpUrl === null) throw refused(noMail, 'mail_not_set_up')
  const name = createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, 32)
  const channel = `job.${name}`
  const application = await hiddenApplicationOf(call.principal.organizationId, call.now, services)
  const uid = `job-notice-${name}`
  const found = await services.store.findEndpoint({ applicationId: application.id, idOrUid: uid })
  if (found !== null) return channel
  const { language } = call
  const body = {
    ...{ url: mailUrl([address]), uid, channels: [channel], language },
    eventTypes: ['background_task.finished'],
  }
  await createEndpointFrom({ ...call, body }, application, services)
  return channel
}

/** `me` is who signed in; another address is for those who may register receivers anyway. */
function addressOf({ principal }: Asking, notify: string): string {
  const { actor } = principal
  const own = actor.kind === 'user' ? actor.name : null
  if (notify === 'me') {
    if (own === null) throw refused(nobody, 'mail_address')
    return own
  }
  const [address, ...others] = mailAddresses(mailUrl([notify])) ?? []
  if (address === undefined || others.length > 0) throw refused(noAddress, 'mail_address')
  if (address !== own) requirePermission(principal, 'administer')
  return address
}

function refused(msg: Sentence, type: string): Error {
  return refuse('notify', msg, type)
}

const nobody: Sentence = {
  en: '`me` is for people who signed in: a key or token has no address, name one',
  es: '`me` es para quien inició sesión: una clave o un token no tiene dirección, indica una',
}
const noAddress: Sentence = {
  en: 'expected `me` or one mail address, such as ops@example.com',
  es: 'se esperaba `me` o una dirección de correo, como ops@example.com',
}
const noMail: Sentence = {
  en: 'this server sends no mail: its operator sets POSTHORN_SMTP_URL',
  es: 'este servidor no envía correo: su operador define POSTHORN_SMTP_URL',
}
