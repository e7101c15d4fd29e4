/** What a TLS connection tells of itself and of the receiver's certificate. */
import type { PeerCertificate, TLSSocket } from 'node:tls'
import type { CertificateFacts, TlsFacts } from '../domain/outcome.ts'

const nameLengthMax = 100

/**
 * Asked once for each connection, when its handshake is over, whatever came of it. A resumed
 * session is answered from what the first one told: asking costs tens of microseconds.
 */
export function tlsFactsOf(socket: TLSSocket, known: CertificateFacts | null): TlsFacts {
  const resumed = known !== null && socket.isSessionReused()
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    certificate: resumed ? known : certificateFacts(socket.getPeerCertificate()),
  }
}

/** Null for a certificate that says nothing: the type promises more than Node does. */
function certificateFacts(certificate: Partial<PeerCertificate> | null): CertificateFacts | null {
  const validFrom = Date.parse(certificate?.valid_from ?? '')
  const expiresAt = Date.parse(certificate?.valid_to ?? '')
  if (Number.isNaN(validFrom) || Number.isNaN(expiresAt)) return null
  const [firstName = ''] = (certificate?.subjectaltname ?? '').split(', ')
  return {
    subject: nameOf(certificate?.subject) ?? shortened(firstName.replace(/^(DNS|IP Address):/, '')),
    issuer: nameOf(certificate?.issuer) ?? '',
    validFrom,
    expiresAt,
  }
}

function nameOf(part: { readonly CN?: unknown; readonly O?: unknown } | undefined): string | null {
  // A name that stands twice is an array.
  const [name] = [part?.CN ?? part?.O].flat()
  return typeof name === 'string' && name !== '' ? shortened(name) : null
}

function shortened(name: string): string {
  return name.replaceAll('\0', '').slice(0, nameLengthMax)
}
