/** What a handler gets and gives, and how an operation is bound to it. */

import type { FastifyReply } from 'fastify'
import type Type from 'typebox'
import type { Config } from '../config.ts'
import type { Operation } from '../contract/operation.ts'
import type { Application } from '../domain/application.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { Problem, type ProblemKind, problems } from '../domain/errors.ts'
import type { ApplicationId, OrganizationId } from '../domain/ids.ts'
import type {
  ChangeableSetting,
  SettingSection,
  SettingSource,
} from '../domain/installation-settings.ts'
import type { Message } from '../domain/message.ts'
import type { MessageSource } from '../domain/message-marks.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Language } from '../i18n/translate.ts'
import type { Acceptor } from '../intake/accept.ts'
import type { ApplicationViews, ProfilePolicy } from '../intake/application-views.ts'
import type { World } from '../posthorn.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type { Sandbox } from '../runtime/sandbox.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import type { Keys } from './authenticate.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { ChangeStreams } from './change-streams.ts'
import type { DocumentReader } from './document-reader.ts'
import type { JsonBody } from './json-body.ts'
import type { OpenIdProvider } from './openid/provider.ts'
import type { Principal } from './principal.ts'
import type { StreamSeats } from './stream-seats.ts'

/** Judges a URL that an endpoint would have; see `delivery/url-policy.ts`. */
export interface UrlJudge {
  check(
    text: string,
    language?: Language,
  ):
    | { readonly ok: true; readonly url: URL }
    | { readonly ok: false; readonly code: string; readonly reason: string }
}

/** What tests and waiting callers need of the engine's node. */
export interface Direct {
  /** One request to an endpoint as it would be delivered, not recorded. */
  send(input: {
    readonly application: Application
    readonly endpoint: Endpoint
    readonly message: Message
    /** The wall time that it is signed with; default now. */
    readonly signedAt?: number
  }): Promise<{
    readonly outcome: Outcome
    readonly succeeded: boolean
    /** The URL as records show it. */
    readonly url: string
  }>
  /**
   * That request, without the endpoint's authentication, signed now and not sent; null: it cannot be
   * made. `shownHeaders` are its headers as records show them.
   */
  make(input: {
    readonly application: Application
    readonly endpoint: Endpoint
    readonly message: Message
  }): Promise<{
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly shownHeaders: Readonly<Record<string, string>>
    readonly body: Uint8Array
  } | null>
  /** Calls `listener` for each attempt once it is durable. Returns how to stop that. */
  onAttempt(listener: (attempt: Attempt) => void): () => void
}

/** Settings that owners change; see `config/live.ts`. */
export interface InstallationSettings {
  readonly isLocked: boolean
  readonly updatedAt: number | null
  shown(language: Language): readonly {
    readonly name: ChangeableSetting
    readonly section: SettingSection
    readonly variable: string
    readonly value: unknown
    readonly fallback: unknown
    readonly source: SettingSource
    readonly description: string
  }[]
  faultOf(name: ChangeableSetting, value: unknown): Sentence | null
  change(
    store: Store,
    input: {
      readonly changes: Readonly<Partial<Record<ChangeableSetting, unknown>>>
      readonly owner: OrganizationId
      readonly now: number
      readonly knownUpdatedAt: number | null
    },
  ): Promise<'changed' | 'conflict'>
}

/** What handlers work with. */
export interface Services {
  readonly config: Config
  readonly world: World
  readonly store: Store
  readonly ids: IdSource
  readonly version: string
  /** What administrators read of the settings, secrets left out. */
  readonly shownSettings: (language: Language) => readonly unknown[]
  /** What owners change of them while the server runs. */
  readonly settings: InstallationSettings
  /** Names this process among those that work on the database. */
  readonly nodeId: string
  readonly keys: Keys
  readonly urlPolicy: UrlJudge
  /** Whom people may sign in with; absent or null: with a password only. */
  readonly openId?: OpenIdProvider | null
  readonly acceptor: Acceptor
  readonly views: ApplicationViews
  /** The policy that a profile gives; null when there is no such profile. */
  readonly profilePolicy: (profile: string) => ReturnType<ProfilePolicy> | null
  /** Sends now, outside of deliveries, and tells of attempts; null on a node that does not send. */
  readonly direct?: Direct | null
  /** Something was added to the table (resend, recover): look soon. */
  readonly wake: () => void
  /** Runs customers' code. */
  readonly sandbox: Sandbox
  /** Reads what may take long to read. */
  readonly documents: DocumentReader
  /** Those who follow what happens. */
  readonly changes: { readonly feed: ChangeFeed; readonly streams: ChangeStreams }
  /** Places of streams that stand open. */
  readonly seats: StreamSeats
}

/** One authenticated, validated request. */
export interface Call<Query, Body> {
  readonly principal: Principal
  readonly path: PathValues
  readonly query: Query
  readonly body: Body
  /** The bytes of a top-level member of the body, as sent. */
  readonly bytesOf: JsonBody['bytesOf']
  /** The whole body as sent. */
  readonly rawBody: Buffer
  readonly idempotencyKey: string | null
  /** When the thing was changed last, as the caller knows it; null: whatever it is now. */
  readonly ifMatch: number | null
  /** The `Authorization` header; only logout reads it. */
  readonly authorization: string | undefined
  /** Set when the caller asks for `text/event-stream`, with where it wants to resume. */
  readonly eventStream: { readonly lastEventId: string | null } | null
  /** From `Accept-Language`: what refusals of the systems' rules are written in. */
  readonly language: Language
  readonly now: number
  /** Where the request came from; forwarded headers count only where they are trusted. */
  readonly address: string | null
  readonly userAgent: string | null
  /** `https://host` for links that others open; see `origins.ts`. */
  readonly origin: string
  /** `https://host` of the page that asks; decides about cookies. */
  readonly pageOrigin: string
  /** The `Cookie` header; only sign-in reads it. */
  readonly cookie: string | undefined
  /** Installations whose deliveries led to this request, as they name themselves. */
  readonly via: string | undefined
  /** Calls back when the caller is gone, until the returned function is called. */
  readonly whenGone: (listener: () => void) => () => void
  /** What the caller says it is; null: it says nothing. Never trusted for anything. */
  readonly source: MessageSource | null
}

/** Path parameters, decoded and of the right form. */
export interface PathValues {
  readonly app_id: string
  readonly endpoint_id: string
  readonly msg_id: string
  readonly attempt_id: string
  readonly event_type_name: string
  readonly [name: string]: string
}

/** What a stream of events is written to. */
export interface StreamConnection {
  readonly reply: FastifyReply
  /** Whether the caller's credentials still stand and still allow the operation. */
  stillAllowed(): Promise<boolean>
}

/** `body` is JSON text; null for 204. */
export interface Answer {
  readonly status: number
  readonly body: string | null
  /** Takes the connection over in place of the body. */
  readonly stream?: (connection: StreamConnection) => void
  /** Such as a cookie. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** In place of a body: text that is sent as it comes. */
  readonly download?: {
    readonly type: string
    /** What a browser saves it as. */
    readonly name: string
    readonly lines: AsyncIterable<string> | Iterable<string>
  }
}

export type Handler<Query, Body> = (
  call: Call<Query, Body>,
  services: Services,
) => Promise<Answer> | Answer

type QueryOf<Op> =
  Op extends Operation<infer Query, Type.TSchema | null> ? Type.Static<Query> : never
type BodyOf<Op> =
  Op extends Operation<Type.TSchema, infer Body>
    ? Body extends Type.TSchema
      ? Type.Static<Body>
      : null
    : never

/** An operation with its handler, types erased: the route table is a list of these. */
export interface Route {
  readonly operation: Operation
  readonly handle: Handler<never, never>
}

/** Binds a handler to an operation; the types of query and body come from its schemas. */
export function route<Op extends Operation<Type.TSchema, Type.TSchema | null>>(
  operation: Op,
  handle: Handler<QueryOf<Op>, BodyOf<Op>>,
): Route {
  return { operation, handle: handle as Handler<never, never> } // checked by this signature
}

export function answer(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) }
}

export const noContent: Answer = { status: 204, body: null }

export function notFound(detail: Sentence): Problem {
  return new Problem(problems.notFound, { detail })
}

export function conflict(detail: Sentence): Problem {
  return new Problem(problems.conflict, { detail })
}

export function problem(kind: ProblemKind, detail?: Sentence): Problem {
  return new Problem(kind, detail === undefined ? {} : { detail })
}

type AnyCall = Call<unknown, unknown>

/** The application in the path, when this caller may see it; 404 otherwise. */
export async function applicationOf(
  call: Pick<AnyCall, 'principal' | 'path'>,
  services: Services,
): Promise<Application> {
  const application = await services.store.findApplication({
    organizationId: call.principal.organizationId,
    idOrUid: call.path.app_id,
  })
  if (application === null || !visible(call.principal, application.id))
    throw notFound(absent.application)
  return application
}

export function visible(principal: Principal, applicationId: ApplicationId): boolean {
  return principal.applicationId === null || principal.applicationId === applicationId
}

export async function endpointOf(
  call: Pick<AnyCall, 'principal' | 'path'>,
  services: Services,
): Promise<{ readonly application: Application; readonly endpoint: Endpoint }> {
  const application = await applicationOf(call, services)
  const endpoint = await services.store.findEndpoint({
    applicationId: application.id,
    idOrUid: call.path.endpoint_id,
  })
  if (endpoint === null) throw notFound(absent.endpoint)
  return { application, endpoint }
}

export async function messageOf(
  call: Pick<AnyCall, 'principal' | 'path'>,
  services: Services,
  withPayload: boolean,
): Promise<{ readonly application: Application; readonly message: Message }> {
  const application = await applicationOf(call, services)
  const message = await services.store.findMessage({
    applicationId: application.id,
    idOrEventId: call.path.msg_id,
    withPayload,
  })
  if (message === null) throw notFound(absent.message)
  return { application, message }
}
