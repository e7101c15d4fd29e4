import { type Config, settingNames, settings } from '../config.ts'
import { percentDecoded } from '../delivery/egress-proxy.ts'

/** What of the settings nobody is to read: whole secrets, and the passwords of addresses. */
export function secretsOf(config: Partial<Config>): readonly string[] {
  return settingNames.flatMap((name) => {
    const value = config[name]
    return settings[name].secret === true && typeof value === 'string' ? secretsIn(value) : []
  })
}

/** The same of an environment, which may hold settings that are not valid. */
export function secretsInEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const secret = Object.values(settings).filter((setting) => setting.secret === true)
  return secret.flatMap(({ variable }) => secretsIn(environment[variable] ?? ''))
}

/** An address is no secret, but its password; keys may stand one behind the other. */
function secretsIn(value: string): readonly string[] {
  if (/^sqlite:/.test(value)) return []
  const url = /^[a-z0-9+]+:\/\//i.test(value) ? URL.parse(value) : null
  if (url === null) return value.split(',').flatMap((part) => part.trim() || [])
  const named = url.searchParams.get('password') ?? ''
  const spelled = [url.password, percentDecoded(url.password) ?? '', named]
  return [...new Set(spelled)].filter((part) => part !== '')
}
