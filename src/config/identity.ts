/** Settings of how people sign in, and of the address at which they find the console. */
import type { Sentence } from '../domain/sentence.ts'
import { type UserRole, userRoles } from '../domain/user.ts'
import { ConfigFault, integer, list, oneOf, optionalText, type Setting, text } from './parse.ts'

export interface IdentityConfig {
  readonly publicUrl: string | null
  readonly passwordCost: number
  readonly oidcIssuer: string | null
  readonly oidcClientId: string | null
  readonly oidcClientSecret: string | null
  readonly oidcName: string | null
  readonly oidcScopes: string
  readonly oidcRoleClaim: string | null
  readonly oidcRoles: readonly (readonly [value: string, role: UserRole])[]
  readonly oidcDefaultRole: UserRole | null
  readonly oidcAllowedDomains: readonly string[]
}

const passwordCost: Setting<number> = {
  variable: 'POSTHORN_PASSWORD_COST',
  fallback: 15,
  sentence: {
    en: 'Binary logarithm of the scrypt cost of new passwords: 15 takes 32 MiB for a third of a second, each step doubles both.',
    es: 'Logaritmo binario del costo scrypt de las contraseñas nuevas: 15 ocupa 32 MiB durante un tercio de segundo, cada paso duplica ambos.',
  },
  parse: integer(10, 20),
}

export const identitySettings: {
  readonly [Name in keyof IdentityConfig]: Setting<IdentityConfig[Name]>
} = {
  publicUrl: {
    variable: 'POSTHORN_PUBLIC_URL',
    fallback: null,
    sentence: {
      en: 'Address at which browsers reach this installation, such as https://hooks.example.com: links are built from it. Unset: the Host header counts for names of this machine and from trusted proxies only.',
      es: 'Dirección en la que los navegadores encuentran esta instalación, como https://hooks.example.com: con ella se forman los enlaces. Sin valor: el encabezado Host cuenta solo para nombres de esta máquina y desde proxies de confianza.',
    },
    parse: publicUrl,
  },
  passwordCost,
  oidcIssuer: {
    variable: 'POSTHORN_OIDC_ISSUER',
    fallback: null,
    sentence: {
      en: 'OpenID Connect issuer that people may sign in with, such as https://login.example.com; needs POSTHORN_OIDC_CLIENT_ID and POSTHORN_PUBLIC_URL. Unset: passwords only.',
      es: 'Emisor de OpenID Connect con el que se puede iniciar sesión, como https://login.example.com; necesita POSTHORN_OIDC_CLIENT_ID y POSTHORN_PUBLIC_URL. Sin valor: solo contraseñas.',
    },
    parse: issuer,
  },
  oidcClientId: {
    variable: 'POSTHORN_OIDC_CLIENT_ID',
    fallback: null,
    sentence: {
      en: 'Client id that the issuer gave this installation; its redirect address is POSTHORN_PUBLIC_URL followed by /sign-in/openid.',
      es: 'Identificador de cliente que dio el emisor a esta instalación; su dirección de retorno es POSTHORN_PUBLIC_URL seguida de /sign-in/openid.',
    },
    parse: optionalText,
  },
  oidcClientSecret: {
    variable: 'POSTHORN_OIDC_CLIENT_SECRET',
    fallback: null,
    sentence: {
      en: 'Client secret; unset: a public client, which PKCE alone protects.',
      es: 'Secreto del cliente; sin valor: un cliente público, protegido solo por PKCE.',
    },
    parse: optionalText,
    secret: true,
  },
  oidcName: {
    variable: 'POSTHORN_OIDC_NAME',
    fallback: null,
    sentence: {
      en: "What the sign-in button calls the provider; unset: the issuer's host.",
      es: 'Cómo llama al proveedor el botón de inicio de sesión; sin valor: el host del emisor.',
    },
    parse: (value) =>
      value.length <= 64
        ? value
        : new ConfigFault({ en: 'at most 64 characters', es: '64 caracteres como máximo' }),
  },
  oidcScopes: {
    variable: 'POSTHORN_OIDC_SCOPES',
    fallback: 'openid email profile',
    sentence: {
      en: 'Scopes that are asked for, separated by spaces; openid is one of them.',
      es: 'Scopes que se piden, separados por espacios; openid es uno de ellos.',
    },
    parse: (value) =>
      value.split(' ').includes('openid')
        ? value
        : new ConfigFault({
            en: 'scopes with openid among them',
            es: 'scopes con openid entre ellos',
          }),
  },
  oidcRoleClaim: {
    variable: 'POSTHORN_OIDC_ROLE_CLAIM',
    fallback: null,
    sentence: {
      en: 'Claim that decides roles at each sign-in by POSTHORN_OIDC_ROLES, such as groups or realm_access.roles. Unset: roles are given here.',
      es: 'Claim que decide los roles en cada inicio de sesión según POSTHORN_OIDC_ROLES, como groups o realm_access.roles. Sin valor: los roles se dan aquí.',
    },
    parse: text,
  },
  oidcRoles: {
    variable: 'POSTHORN_OIDC_ROLES',
    fallback: [],
    sentence: {
      en: 'Roles for values of that claim, such as hook-admins=owner,staff=support; of several, the one that may most counts.',
      es: 'Roles para valores de ese claim, como hook-admins=owner,staff=support; de varios cuenta el que más permite.',
    },
    parse: roles,
  },
  oidcDefaultRole: {
    variable: 'POSTHORN_OIDC_DEFAULT_ROLE',
    fallback: null,
    sentence: {
      en: 'Role of whom the claim gives none: owner, developer, support, auditor or reader. Unset: only who was added here, or has a role by the claim, comes in.',
      es: 'Rol de quien no recibe ninguno por el claim: owner, developer, support, auditor o reader. Sin valor: solo entra quien fue agregado aquí o tiene un rol por el claim.',
    },
    parse: oneOf(...userRoles),
  },
  oidcAllowedDomains: {
    variable: 'POSTHORN_OIDC_ALLOWED_DOMAINS',
    fallback: [],
    sentence: {
      en: 'E-mail domains whose people may come in without being added here, separated by commas; *: all that the issuer knows. Empty: nobody.',
      es: 'Dominios de correo cuyas personas pueden entrar sin ser agregadas aquí, separados por comas; *: todas las que conoce el emisor. Vacío: nadie.',
    },
    parse: domains,
  },
}

/** What is missing beside an issuer: its variable, and what it should be. Null: nothing. */
export function missingBesideIssuer(
  config: IdentityConfig,
): { readonly variable: string; readonly expected: Sentence } | null {
  if (config.oidcIssuer === null) return null
  if (config.oidcClientId === null) {
    return {
      variable: identitySettings.oidcClientId.variable,
      expected: {
        en: 'the id that the issuer gave, as POSTHORN_OIDC_ISSUER is set',
        es: 'el id que dio el emisor, pues POSTHORN_OIDC_ISSUER está definido',
      },
    }
  }
  if (config.publicUrl === null) {
    return {
      variable: identitySettings.publicUrl.variable,
      expected: {
        en: 'the address of this installation in browsers, as POSTHORN_OIDC_ISSUER is set and sends people back to it',
        es: 'la dirección de esta instalación en los navegadores, pues POSTHORN_OIDC_ISSUER está definido y devuelve a las personas a ella',
      },
    }
  }
  if (config.oidcRoleClaim !== null && config.oidcRoles.length === 0) {
    return {
      variable: identitySettings.oidcRoles.variable,
      expected: {
        en: 'value=role pairs, as POSTHORN_OIDC_ROLE_CLAIM is set',
        es: 'pares valor=rol, pues POSTHORN_OIDC_ROLE_CLAIM está definido',
      },
    }
  }
  return null
}

/** Scheme and host alone. */
export function publicUrl(value: string): string | ConfigFault {
  const url = URL.parse(value)
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  return plain
    ? url.origin
    : new ConfigFault({
        en: 'scheme and host alone: https://hooks.example.com',
        es: 'solo esquema y host: https://hooks.example.com',
      })
}

/** Over plain HTTP anybody on the way could sign in as anybody: on one's own machine only. */
function issuer(value: string): string | ConfigFault {
  const url = URL.parse(value)
  const secure = url?.protocol === 'https:'
  const local = url?.protocol === 'http:' && isLoopbackName(url.hostname)
  const plain = url !== null && url.username === '' && url.search === '' && url.hash === ''
  return plain && (secure || local)
    ? value
    : new ConfigFault({
        en: 'an https URL such as https://login.example.com (http on loopback only)',
        es: 'una URL https como https://login.example.com (http solo en loopback)',
      })
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}

function roles(value: string): IdentityConfig['oidcRoles'] | ConfigFault {
  const pairs = list(value).map((item) => {
    const mark = item.lastIndexOf('=')
    const role = userRoles.find((name) => name === item.slice(mark + 1).trim())
    const of = item.slice(0, Math.max(mark, 0)).trim()
    return of === '' || role === undefined ? null : ([of, role] as const)
  })
  const sound = pairs.filter((pair) => pair !== null)
  return sound.length === pairs.length
    ? sound
    : new ConfigFault({
        en: `value=role pairs, each role one of ${userRoles.join(', ')}`,
        es: `pares valor=rol, con cada rol uno de ${userRoles.join(', ')}`,
      })
}

function domains(value: string): readonly string[] | ConfigFault {
  const items = list(value.toLowerCase()).map((item) => item.replace(/^@/, ''))
  const sound = items.every(
    (item) => item === '*' || /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(item),
  )
  return sound
    ? items
    : new ConfigFault({
        en: 'domains such as example.com, separated by commas, or *',
        es: 'dominios como example.com, separados por comas, o *',
      })
}
