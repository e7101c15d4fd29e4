/** A private authority and a client certificate, as a form holds them while it is filled in. */
import type { Tls } from '../api/model.ts'

export const tlsFields = ['ca', 'certificate', 'key'] as const
export type TlsField = (typeof tlsFields)[number]
export type TlsDraft = Readonly<Record<TlsField, string>>

export const noTls: TlsDraft = { ca: '', certificate: '', key: '' }

/** The request: what is empty is removed, but for the key, which then stays. */
export function tlsOf({ ca, certificate, key }: TlsDraft): Tls {
  return {
    ca: ca.trim() === '' ? null : ca,
    certificate: certificate.trim() === '' ? null : certificate,
    ...(key.trim() === '' ? {} : { key }),
  }
}

/** What a request for an endpoint that is being made has of it: nothing where nothing was typed. */
export function tlsOfNew(draft: TlsDraft): { readonly tls?: Tls } {
  return tlsFields.some((name) => draft[name].trim() !== '') ? { tls: tlsOf(draft) } : {}
}

/** Certificates in a line: the end of each, its signature, tells one from another. */
export function pemText(pem: string): string {
  const compact = pem.replaceAll(/\s+/g, '')
  const ends = [...compact.matchAll(/([^-]{1,16})-----ENDCERTIFICATE/g)].map(([, end]) => `…${end}`)
  return ends.length === 0 ? pem.trim().slice(0, 30) : ends.join(', ')
}
