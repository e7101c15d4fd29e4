/**
 * Why somebody did not come in by OpenID Connect. The codes are stable; each sentence says what
 * helps. What the provider answered stays in the log.
 */
import { Problem } from '../../domain/errors.ts'
import type { Language, Translation } from '../../i18n/translate.ts'

const reasonsEn = {
  openid_off: 'Sign-in with OpenID Connect is not set up here (POSTHORN_OIDC_ISSUER).',
  openid_unavailable: 'The sign-in provider does not answer. Try again, or use your password.',
  openid_misconfigured:
    'The sign-in provider and this server are not set up for one another. The operator finds the reason in the server’s log.',
  openid_ended: 'This sign-in was used, took too long or began in another tab. Begin it again.',
  openid_denied: 'The sign-in was canceled or refused at the provider. Begin it again there.',
  openid_invalid:
    'The provider’s answer did not hold what this sign-in asked for. Begin it again; if it stays so, tell the operator.',
  openid_unverified:
    'The provider has not verified your e-mail address. Verify it there and sign in again.',
  openid_unknown_user: 'Nobody with your e-mail address was added here. Ask an owner to add you.',
  openid_locked_out: 'You were locked out or removed here. Ask an owner to let you in again.',
  openid_no_role:
    'The provider gives you no role here. Ask who keeps its groups to add you to one.',
  openid_other_account:
    'Another account of the provider signs in here with your e-mail address. Ask an owner to remove the user and add them again.',
} as const

const reasonsEs = {
  openid_off: 'Aquí no está configurado el acceso con OpenID Connect (POSTHORN_OIDC_ISSUER).',
  openid_unavailable: 'El proveedor de acceso no responde. Intenta de nuevo o usa tu contraseña.',
  openid_misconfigured:
    'El proveedor de acceso y este servidor no están configurados el uno para el otro. El motivo está en el registro del servidor.',
  openid_ended:
    'Este inicio de sesión ya se usó, tardó demasiado o empezó en otra pestaña. Empieza de nuevo.',
  openid_denied:
    'El inicio de sesión se canceló o se rechazó en el proveedor. Empieza de nuevo allí.',
  openid_invalid:
    'La respuesta del proveedor no contenía lo que pedía este inicio de sesión. Empieza de nuevo; si se repite, avisa al operador.',
  openid_unverified:
    'El proveedor no ha verificado tu correo. Verifícalo allí e inicia sesión de nuevo.',
  openid_unknown_user:
    'Aquí no se agregó a nadie con tu correo. Pide a un propietario que te agregue.',
  openid_locked_out:
    'Un propietario bloqueó o quitó tu acceso. Pídele que te deje entrar de nuevo.',
  openid_no_role:
    'El proveedor no te da ningún rol aquí. Pide que te agreguen a uno de sus grupos.',
  openid_other_account:
    'Otra cuenta del proveedor inicia sesión aquí con tu correo. Pide a un propietario que quite al usuario y lo agregue de nuevo.',
} as const satisfies Translation<typeof reasonsEn>

export type OpenIdRefusalCode = keyof typeof reasonsEn

export const openIdRefusalReasons: Readonly<
  Record<Language, Readonly<Record<OpenIdRefusalCode, string>>>
> = { en: reasonsEn, es: reasonsEs }

/** 403 for who is known and may not, 503 where the provider is at fault, 401 otherwise. */
const statuses: Partial<Record<OpenIdRefusalCode, number>> = {
  openid_unavailable: 503,
  openid_misconfigured: 503,
  openid_unknown_user: 403,
  openid_locked_out: 403,
  openid_no_role: 403,
  openid_other_account: 403,
}
const retrySeconds = 5

export function openIdProblem(code: OpenIdRefusalCode): Problem {
  const status = statuses[code] ?? 401
  return new Problem(
    { status, code, detail: { en: reasonsEn[code], es: reasonsEs[code] } },
    code === 'openid_unavailable' ? { retryAfterSeconds: retrySeconds } : {},
  )
}
