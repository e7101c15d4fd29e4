import * as contract from '../contract/snippet.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { PolicyOverrides } from '../domain/policy.ts'
import { parseSecret, verificationKey } from '../domain/secret.ts'
import { signatureKindOf } from '../profiles/profile.ts'
import { profileOf } from '../profiles/profiles.ts'
import { type SnippetTarget, secretVariable, snippetsFor } from '../snippets/snippets.ts'
import { answer, applicationOf, endpointOf, type Route, route, type Services } from './call.ts'
import { requirePermission } from './principal.ts'
import { textKey } from './systems/signing-key.ts'

export const snippetRoutes: readonly Route[] = [
  route(contract.endpointSnippets, async (call, services) => {
    const { language, form, with_secret: withSecret = false } = call.query
    if (withSecret) requirePermission(call.principal, 'read-secret')
    const { application, endpoint } = await endpointOf(call, services)
    const target = targetOf(application, endpoint, services)
    const data = await snippetsFor(target, onlyOf({ language, form }))
    const value = withSecret ? keyOf(application, endpoint) : null
    return answer(200, {
      signature: target.signature,
      environment: { name: secretVariable, value },
      data,
    })
  }),

  route(contract.applicationSnippets, async (call, services) => {
    const { url = '', ...asked } = call.query
    const application = await applicationOf(call, services)
    const profile = profileOf(application.profile)
    const target: SnippetTarget = {
      signature: profile.signature,
      headers: headersOf(application, {}, services),
      key: 'hmac',
      url: /^https?:$/.test(URL.parse(url)?.protocol ?? '') ? url : null,
    }
    return answer(200, {
      signature: target.signature,
      environment: { name: secretVariable, value: null },
      data: await snippetsFor(target, onlyOf(asked)),
    })
  }),
]

type Only = NonNullable<Parameters<typeof snippetsFor>[1]>

function onlyOf({ language, form }: { [Name in keyof Only]: Only[Name] | undefined }): Only {
  return {
    ...(language === undefined ? {} : { language }),
    ...(form === undefined ? {} : { form }),
  }
}

/** A receiver of both kinds of headers verifies the first. */
function headersOf(
  application: Application,
  policy: PolicyOverrides,
  services: Pick<Services, 'profilePolicy'>,
): SnippetTarget['headers'] {
  const usual = services.profilePolicy(application.profile)?.signatureHeaders
  return (policy.signatureHeaders ?? usual) === 'svix' ? 'svix' : 'webhook'
}

function targetOf(
  application: Application,
  endpoint: Endpoint,
  services: Pick<Services, 'profilePolicy'>,
): SnippetTarget {
  const profile = profileOf(application.profile)
  const [current] = endpoint.secrets
  const parsed = parseSecret(current?.key)
  return {
    signature: signatureKindOf(endpoint, profile),
    headers: headersOf(application, endpoint.policy, services),
    key: parsed.ok ? parsed.signingKey.kind : 'hmac',
    url: endpoint.url === '' ? null : endpoint.url,
  }
}

function keyOf(application: Application, endpoint: Endpoint): string | null {
  const [current] = endpoint.secrets
  if (current === undefined) return null
  return textKey(current.key, application) ?? verificationKey(current.key)
}
