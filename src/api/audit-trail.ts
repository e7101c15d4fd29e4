/**
 * What one call leaves in the audit log. The handler gets a store whose writes carry an entry in
 * their own commit; a call that wrote nothing (a revealed secret, a test) leaves one by itself
 * before it answers. Configuration leaves an entry for each thing that changed; what is done to
 * messages and deliveries leaves one for the call.
 */
import type { AnyOperation } from '../contract/operation.ts'
import type { AuditEntry, AuditState } from '../domain/audit.ts'
import { type ApplicationId, isId, type OrganizationId } from '../domain/ids.ts'
import { isPlainObject } from '../domain/json.ts'
import {
  type AuditedWrite,
  type AuditedWrites,
  auditedWrites,
  hasChanged,
} from '../store/port/audit.ts'
import type { Store } from '../store/store.ts'
import { type Fingerprint, fingerprints } from './audit-state.ts'
import { type Subject, subjectOf, watchFinds } from './audit-subjects.ts'
import type { Answer, Call, Services } from './call.ts'

/** Where a request came from, and what it is called in the log. */
export interface RequestOrigin {
  readonly address: string | null
  readonly requestId: string | null
}

/** Writes that may come by the thousand from one call. */
const oncePerCall: ReadonlySet<AuditedWrite> = new Set<AuditedWrite>([
  'addDelivery',
  'cancelMessageDeliveries',
  'hastenRetries',
  'expungeMessage',
  'expungeAttempt',
])

/** What of a call its entry tells. */
export type TrailedCall = Pick<Call<unknown, unknown>, 'principal' | 'path' | 'body' | 'now'>

/** Runs the handler of an audited operation. */
export async function withTrail(
  call: TrailedCall,
  input: {
    readonly operation: AnyOperation
    readonly services: Services
    readonly origin: RequestOrigin
  },
  run: (services: Services) => Promise<Answer> | Answer,
): Promise<Answer> {
  const trail = new Trail(call, input.operation, input.services, input.origin)
  const answer = await run({ ...input.services, store: trail.store })
  await trail.finish(answer)
  return answer
}

class Trail {
  /** The store with writes that leave entries. */
  readonly store: Store
  readonly #call: TrailedCall
  readonly #operation: AnyOperation
  readonly #services: Services
  readonly #origin: RequestOrigin
  readonly #fingerprint: Fingerprint
  /** What the call has seen of things before it changed them, by kind and id. */
  readonly #seen = new Map<string, AuditState>()
  /** Ids of things by what the path calls them. */
  readonly #ids = new Map<string, string>()
  #noted = 0

  constructor(
    call: TrailedCall,
    operation: AnyOperation,
    services: Services,
    origin: RequestOrigin,
  ) {
    this.#call = call
    this.#operation = operation
    this.#services = services
    this.#origin = origin
    this.#fingerprint = fingerprints(services.keys.jwtSecret)
    const { store } = services
    const writes = auditedWrites.map((name) => [name, (input: never) => this.#write(name, input)])
    this.store = {
      ...store,
      ...watchFinds(store, this.#fingerprint, (found) => {
        this.#seen.set(`${found.kind}/${found.id}`, found.state)
        if (found.askedFor !== null) this.#ids.set(`${found.kind}/${found.askedFor}`, found.id)
      }),
      ...(Object.fromEntries(writes) as AuditedWrites), // one method for each name of the type
    }
  }

  async #write(name: AuditedWrite, input: never): Promise<unknown> {
    const { store } = this.#services
    const plain = store[name] as (input: never) => Promise<unknown> // paired by name
    if (oncePerCall.has(name) && this.#noted > 0) return plain(input)
    const subject = subjectOf(name, input, this.#fingerprint)
    const before = await this.#before(subject)
    const entry = this.#entry({ ...subject, before })
    const write = store.withAudit(entry)[name] as (input: never) => Promise<unknown> // paired too
    const result = await write(input)
    if (hasChanged(result)) {
      this.#noted += 1
      const key = `${subject.kind}/${subject.id}`
      if (subject.after === null) this.#seen.delete(key)
      else this.#seen.set(key, subject.after)
    }
    return result
  }

  /** As the handler saw it; what it changes without a look is looked at here. */
  async #before(subject: Subject): Promise<AuditState | null> {
    const key = `${subject.kind}/${subject.id}`
    if (!this.#seen.has(key)) await subject.look?.(this.store, this.#call.principal)
    return this.#seen.get(key) ?? null
  }

  async finish(answer: Answer): Promise<void> {
    if (this.#noted > 0 || answer.status >= 400) return
    const { body } = this.#call
    const fields = (this.#operation.auditedFields ?? []).flatMap((name) => {
      const value = isPlainObject(body) ? body[name] : undefined
      return value === undefined ? [] : [[name, value] as const]
    })
    const after = fields.length === 0 ? null : Object.fromEntries(fields)
    const target = this.#target()
    await this.#services.store.appendAudit(
      this.#entry({
        kind: target?.kind ?? '',
        id: target?.id ?? '',
        applicationId: null,
        before: null,
        after,
      }),
    )
  }

  /** The thing that the path names: its last parameter. */
  #target(): { readonly kind: string; readonly id: string } | null {
    const name = [...this.#operation.path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1]
    if (name === undefined) return null
    const kind = kindsOfParameters[name] ?? name.replace(/_(id|name)$/, '').replaceAll('_', '-')
    const given = this.#call.path[name] ?? ''
    return { kind, id: this.#ids.get(`${kind}/${given}`) ?? given }
  }

  #entry(
    about: Pick<AuditEntry, 'before' | 'after'> & Pick<Subject, 'kind' | 'id' | 'applicationId'>,
  ): AuditEntry {
    const { principal, now, path } = this.#call
    return {
      id: this.#services.ids.next('audit'),
      organizationId: this.#organizationId(),
      applicationId:
        about.applicationId ?? principal.applicationId ?? this.#applicationInPath(path.app_id),
      at: now,
      actor: principal.actor,
      operation: this.#operation.id,
      resource: about.kind === '' ? null : { kind: about.kind, id: about.id },
      outcome: 'done',
      before: about.before,
      after: about.after,
      ...this.#origin,
    }
  }

  /** Public operations are called by nobody's organisation. */
  #organizationId(): OrganizationId {
    const { organizationId } = this.#call.principal
    return organizationId === ('' as OrganizationId)
      ? this.#services.keys.defaultOrganizationId
      : organizationId
  }

  #applicationInPath(given: string | undefined): ApplicationId | null {
    if (given === undefined) return null
    const id = this.#ids.get(`application/${given}`) ?? given
    return isId('application', id) ? id : null
  }
}

const kindsOfParameters: Readonly<Record<string, string>> = {
  app_id: 'application',
  msg_id: 'message',
  event_type_name: 'event-type',
  key_id: 'api-key',
}
