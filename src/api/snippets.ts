import * as contract from '../contract/snippet.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { parseSecret, verificationKey } from '../domain/secret.ts'
import { signatureKindOf } from '../profiles/profile.ts'
import { profileOf } from '../profiles/profiles.ts'
import { type SnippetTarget, secretVariable, snippetsFor } from '../snippets/snippets.ts'
import { answer, endpointOf, type Route, route } from './call.ts'
import { requirePermission } from './principal.ts'
import { textKey } from './systems/signing-key.ts'

export const snippetRoutes: readonly Route[] = [
  route(contract.endpointSnippets, async (call, services) => {
    const { language, form, with_secret: withSecret = false } = call.query
    if (withSecret) requirePermission(call.principal, 'read-secret')
    const { application, endpoint } = await endpointOf(call, services)
    const target = targetOf(application, endpoint)
    const data = await snippetsFor(target, {
      ...(language === undefined ? {} : { language }),
      ...(form === undefined ? {} : { form }),
    })
    const value = withSecret ? keyOf(application, endpoint) : null
    return answer(200, {
      signature: target.signature,
      environment: { name: secretVariable, value },
      data,
    })
  }),
]

function targetOf(application: Application, endpoint: Endpoint): SnippetTarget {
  const profile = profileOf(application.profile)
  const headers = endpoint.policy.signatureHeaders ?? profile.policy.signatureHeaders
  const [current] = endpoint.secrets
  const parsed = parseSecret(current?.key)
  return {
    signature: signatureKindOf(endpoint, profile),
    headers: headers === 'svix' ? 'svix' : 'webhook',
    key: parsed.ok ? parsed.signingKey.kind : 'hmac',
    url: endpoint.url === '' ? null : endpoint.url,
  }
}

function keyOf(application: Application, endpoint: Endpoint): string | null {
  const [current] = endpoint.secrets
  if (current === undefined) return null
  return textKey(current.key, application) ?? verificationKey(current.key)
}
