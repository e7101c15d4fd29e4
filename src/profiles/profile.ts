/**
 * A profile makes Posthorn behave as one system does: the delivery policy, the shape of the
 * request, the rules of its webhooks and the form that edits them. Everything is data, except for
 * `shape`, which is a pure function. The engine knows no profile by name.
 */

import type { Endpoint } from '../domain/endpoint.ts'
import type { JsonObject } from '../domain/json.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'

export interface Localized {
  readonly en: string
  readonly es: string
}

/** What a body is made of. Equal inputs give equal bodies: every retry sends the same bytes. */
export interface ShapeInput {
  readonly eventType: string
  /** What the producer sent. */
  readonly payload: JsonObject
  readonly createdAt: number
  /** The values before an edit, when the event carries them. */
  readonly previous: JsonObject | null
  readonly endpointId: string
  /** Whether an edit sends the whole object or only what was edited. */
  readonly mode: 'full' | 'changes'
}
export type Shape = (input: ShapeInput) => JsonObject

/** How the body is signed. `standard-webhooks`: `webhook-*` headers; `logto-hmac`: hex over the body. */
export type SignatureKind = 'standard-webhooks' | 'logto-hmac' | 'none'
export const signatureKinds: readonly SignatureKind[] = ['standard-webhooks', 'logto-hmac', 'none']

/** The kind that the endpoint chose, or its profile's. */
export function signatureKindOf(
  endpoint: Pick<Endpoint, 'attributes'>,
  profile: Pick<Profile, 'signature'>,
): SignatureKind {
  const chosen = endpoint.attributes['signature']
  return signatureKinds.find((kind) => kind === chosen) ?? profile.signature
}

/** How the request shows who sends it, apart from a signature. */
export type AuthenticationKind = 'api-key' | 'basic' | 'bearer' | 'totp' | 'oauth2'

export interface ProfileLimits {
  /** Endpoints in one application; null: no limit. */
  readonly endpointsMax: number | null
  /** Whether two endpoints of an application may have the same URL. */
  readonly sameUrlTwice: boolean
  /** Event types of one endpoint, at least and at most; null: no bound, absence means all. */
  readonly eventTypesMin: number | null
  readonly eventTypesMax: number | null
  readonly nameLengthMin: number
}

export interface ProfileRules {
  /** False: endpoints can only be deactivated. */
  readonly deletable: boolean
  readonly activeByDefault: boolean
  /** `saved`: only once the endpoint exists; `none`: the system has no test. */
  readonly test: 'always' | 'saved' | 'none'
  /** Test requests are attempts like any other: shown in logs and counted. */
  readonly testRecorded: boolean
  /** A test that is answered without a body has failed. */
  readonly testNeedsBody: boolean
  /** The count of what was sent never falls, whatever retention removes. */
  readonly countsRuns: boolean
  /** Subscribes by one trigger that stands for several events. */
  readonly byTrigger: boolean
  readonly codeRequired: boolean
  /** Only event types of the profile's catalog may be subscribed. */
  readonly catalogOnly: boolean
  /** Raises WEBHOOK_CREATED and its like when endpoints change. */
  readonly selfEvents: boolean
  /** Custom headers need a value. */
  readonly headerValueRequired: boolean
  /** On edits only the edited fields are sent; an endpoint may ask for `full`. */
  readonly payload: 'full' | 'changes'
}

/** One row of the settings view. `visibleFor` names triggers that show it. */
export interface FormField {
  readonly name: string
  readonly label: Localized
  readonly kind:
    | 'text'
    | 'multiline'
    | 'url'
    | 'event'
    | 'events'
    | 'trigger'
    | 'context'
    | 'scope'
    | 'headers'
    | 'switch'
    | 'number'
    | 'choice'
    | 'authentication'
    | 'secret'
    | 'read-only'
  readonly required: boolean
  readonly help?: Localized
  readonly fixedAfterSaving?: true
  /** Not in the form that creates it. */
  readonly onceSaved?: true
  readonly visibleFor?: readonly string[]
  readonly choices?: readonly string[]
}

export interface Column {
  readonly field: string
  readonly label: Localized
  /** Shows the catalog's words instead of its machine names. */
  readonly inWords?: true
}

/** What the system's own console writes on its page of webhooks, where its guide says so. */
export interface ProfileWords {
  /** The page's title. */
  readonly title: Localized
  /** The button that begins a new one. */
  readonly add: Localized
  /** The button that saves a new one, and the one that saves a change. */
  readonly create: Localized
  readonly save: Localized
  readonly test: Localized
}

export interface Profile {
  readonly name: string
  readonly label: Localized
  readonly description: Localized
  /** Catalog of its event types; null: whatever the organisation has. */
  readonly catalog: string | null
  readonly policy: DeliveryPolicy
  /** Null: the stored bytes go out as they are (I3). */
  readonly shape: Shape | null
  /** Events that the system keeps back although they were raised; null: it sends all. */
  readonly withholds: ((eventType: string, payload: unknown) => boolean) | null
  /** Null: Posthorn's own. */
  readonly userAgent: string | null
  /** Names (lower case) that an endpoint's custom headers may replace although we set them. */
  readonly replaceableHeaders: readonly string[]
  readonly signature: SignatureKind
  /** What the form offers; an endpoint of any profile may use any kind. */
  readonly authentications: readonly AuthenticationKind[]
  readonly limits: ProfileLimits
  readonly rules: ProfileRules
  /** What one row of the log is. */
  readonly logUnit: 'attempt' | 'delivery'
  /** Status that the log shows for an attempt without an answer; null: none. */
  readonly networkErrorStatus: number | null
  /** Null: Posthorn's own words. */
  readonly words: ProfileWords | null
  readonly form: readonly FormField[]
  readonly list: {
    readonly columns: readonly Column[]
    readonly showsDisabled: boolean
    readonly pageSize: number
    /** The application's switch is at the top of the list. */
    readonly masterSwitch?: true
    /** Where a webhook is made, every event is listed with its payload at the bottom. */
    readonly eventsBelow?: true
  }
}
