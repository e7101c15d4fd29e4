/** What each audited write is about: the thing, how it looks afterwards, how to see it before. */
import type { AuditState } from '../domain/audit.ts'
import { type ApplicationId, isId } from '../domain/ids.ts'
import type { AuditedWrite, AuditedWrites } from '../store/port/audit.ts'
import type { Store } from '../store/store.ts'
import {
  applicationState,
  endpointState,
  eventTypeState,
  type Fingerprint,
  recordState,
} from './audit-state.ts'
import type { Principal } from './principal.ts'

export interface Subject {
  readonly kind: string
  readonly id: string
  readonly applicationId: ApplicationId | null
  /** Null: gone afterwards, or nothing that has a state. */
  readonly after: AuditState | null
  /** Finds it through the watched store; absent where there is nothing to see. */
  readonly look?: (store: Store, caller: Principal) => Promise<unknown>
}

type InputOf<Name extends AuditedWrite> = Parameters<AuditedWrites[Name]>[0]

/** `input` is that of the write of that name. */
export function subjectOf(name: AuditedWrite, input: never, fingerprint: Fingerprint): Subject {
  switch (name) {
    case 'updateApplication':
      return ofApplication((input as InputOf<'updateApplication'>).application, false)
    case 'createApplication':
    case 'deleteApplication':
      return ofApplication(input, name === 'deleteApplication')
    case 'createEndpoint':
      return ofEndpoint(input as InputOf<'createEndpoint'>, fingerprint)
    case 'updateEndpoint':
      return ofEndpoint((input as InputOf<'updateEndpoint'>).endpoint, fingerprint)
    case 'deleteEndpoint': {
      const { applicationId, endpointId } = input as InputOf<'deleteEndpoint'>
      return { ...endpointSubject(applicationId, endpointId), after: null }
    }
    case 'createEventType':
    case 'putEventType':
    case 'deleteEventType':
      return ofEventType(input, name === 'deleteEventType')
    case 'updateEventType':
      return ofEventType((input as InputOf<'updateEventType'>).eventType, false)
    case 'insertRecord': {
      const record = input as InputOf<'insertRecord'>
      return { ...recordSubject(record), after: recordState(record, fingerprint) }
    }
    case 'replaceRecord': {
      const { record } = input as InputOf<'replaceRecord'>
      return { ...recordSubject(record), after: recordState(record, fingerprint) }
    }
    case 'deleteRecord':
      return { ...recordSubject(input), after: null }
    case 'hastenRetries': {
      const { applicationId, endpointId } = input as InputOf<'hastenRetries'>
      return { kind: 'endpoint', id: endpointId, applicationId, after: null }
    }
    case 'addDelivery': {
      const { applicationId, endpointId, messageId } = input as InputOf<'addDelivery'>
      return { kind: 'message', id: messageId, applicationId, after: { endpointId } }
    }
    case 'cancelMessageDeliveries':
    case 'expungeMessage':
    case 'expungeAttempt': {
      const { applicationId, messageId } = input as InputOf<'expungeAttempt'>
      return { kind: 'message', id: messageId, applicationId, after: null }
    }
    default:
      return name satisfies never
  }
}

function ofApplication(
  input: InputOf<'createApplication'> | InputOf<'deleteApplication'>,
  gone: boolean,
): Subject {
  const id = 'applicationId' in input ? input.applicationId : input.id
  const { organizationId } = input
  return {
    kind: 'application',
    id,
    applicationId: id,
    after: gone || 'applicationId' in input ? null : applicationState(input),
    look: (store) => store.findApplication({ organizationId, idOrUid: id }),
  }
}

function ofEndpoint(endpoint: InputOf<'createEndpoint'>, fingerprint: Fingerprint): Subject {
  const subject = endpointSubject(endpoint.applicationId, endpoint.id)
  return { ...subject, after: endpointState(endpoint, fingerprint) }
}

function endpointSubject(
  applicationId: ApplicationId,
  endpointId: InputOf<'deleteEndpoint'>['endpointId'],
): Omit<Subject, 'after'> {
  return {
    kind: 'endpoint',
    id: endpointId,
    applicationId,
    look: (store) => store.findEndpoint({ applicationId, idOrUid: endpointId }),
  }
}

function ofEventType(
  input: InputOf<'putEventType'> | InputOf<'deleteEventType'>,
  gone: boolean,
): Subject {
  const { organizationId, name } = input
  return {
    kind: 'event-type',
    id: name,
    applicationId: null,
    after: gone || 'expunge' in input ? null : eventTypeState(input),
    look: (store) => store.findEventType({ organizationId, name }),
  }
}

function recordSubject(
  record: InputOf<'deleteRecord'> & { readonly owner?: string },
): Omit<Subject, 'after'> {
  const { kind, id, owner = '' } = record
  return {
    kind,
    id,
    applicationId: isId('application', owner) ? owner : null,
    look: (store) => store.findRecord({ kind, id }),
  }
}

export interface Found {
  readonly kind: string
  readonly id: string
  /** What it was asked by: an id or a uid. */
  readonly askedFor: string | null
  readonly state: AuditState
}

/** The finders of a store, which tell `see` of what they found. */
export function watchFinds(
  store: Store,
  fingerprint: Fingerprint,
  see: (found: Found) => void,
): Pick<Store, 'findApplication' | 'findEndpoint' | 'findEventType' | 'findRecord'> {
  return {
    async findApplication(input) {
      const found = await store.findApplication(input)
      if (found !== null) {
        const state = applicationState(found)
        see({ kind: 'application', id: found.id, askedFor: input.idOrUid, state })
      }
      return found
    },
    async findEndpoint(input) {
      const found = await store.findEndpoint(input)
      if (found !== null) {
        const state = endpointState(found, fingerprint)
        see({ kind: 'endpoint', id: found.id, askedFor: input.idOrUid, state })
      }
      return found
    },
    async findEventType(input) {
      const found = await store.findEventType(input)
      if (found !== null) {
        const state = eventTypeState(found)
        see({ kind: 'event-type', id: found.name, askedFor: null, state })
      }
      return found
    },
    async findRecord(input) {
      const found = await store.findRecord(input)
      if (found !== null) {
        const state = recordState(found, fingerprint)
        see({ kind: input.kind, id: input.id, askedFor: null, state })
      }
      return found
    },
  }
}
