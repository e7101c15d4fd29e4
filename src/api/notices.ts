/** Receivers of operational webhooks that are told in a sentence: by a chat or by mail. */
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { isMailUrl, mailAddresses, mailAddressesMax, mailUrl, noticeOf } from '../domain/notice.ts'
import { managementOrganization } from '../intake/operational-events.ts'
import type { Services } from './call.ts'
import { refuse } from './validate.ts'

type Hidden = Pick<Application, 'organizationId'>

/** Whether it is for mail: only our own events are told so. */
export function isNoticeUrl(url: string, { organizationId }: Hidden): boolean {
  return organizationId === managementOrganization && isMailUrl(url)
}

export function checkMailUrl(url: string, { config }: Pick<Services, 'config'>): string {
  const addresses = mailAddresses(url)
  if (addresses === null) {
    const example = 'mailto:ops@example.com'
    throw refuse(
      'url',
      {
        en: `expected mailto: and 1 to ${mailAddressesMax} addresses by commas, such as ${example}`,
        es: `se esperaba mailto: y de 1 a ${mailAddressesMax} direcciones separadas por comas, como ${example}`,
      },
      'mail_address',
    )
  }
  if (config.smtpUrl === null) {
    const fix = {
      en: 'this server sends no mail: its operator sets POSTHORN_SMTP_URL',
      es: 'este servidor no envía correo: su operador define POSTHORN_SMTP_URL',
    }
    throw refuse('url', fix, 'mail_not_set_up')
  }
  return mailUrl(addresses)
}

/** The receiver with how it is told: by its URL, and by what the body asks for; else as it was. */
export function withNotice(endpoint: Endpoint, body: object, { organizationId }: Hidden): Endpoint {
  if (organizationId !== managementOrganization) return endpoint
  const { notice: _, ...attributes } = endpoint.attributes
  const before = noticeOf(endpoint.attributes)
  const asked: unknown = Reflect.get(body, 'format') ?? before?.format
  const format = isMailUrl(endpoint.url) ? 'mail' : asked === 'slack' ? 'slack' : null
  if (format === null) return { ...endpoint, attributes }
  const told: unknown = Reflect.get(body, 'language') ?? before?.language
  const language = told === 'es' ? 'es' : 'en'
  return { ...endpoint, attributes: { ...attributes, notice: { format, language } } }
}

/**
 * Who asked to be told of a job has a receiver on that job's channel, found by its uid. No body can
 * name the channel; without it the receiver would be told of everything.
 */
export function onItsChannel(
  found: Endpoint,
  replaced: Endpoint,
  { organizationId }: Hidden,
): Endpoint {
  if (organizationId !== managementOrganization || found.channels === null) return replaced
  return { ...replaced, channels: found.channels, uid: replaced.uid ?? found.uid }
}

export function noticeView({ attributes }: Endpoint): object {
  return noticeOf(attributes) ?? {}
}
