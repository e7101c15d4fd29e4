/** What travels over HTTP, as types: from the contract's schemas, without its runtime. */
import type { Static } from 'typebox'
import type { ApplicationOut } from '../contract/application.ts'
import type { MessageAttemptOut } from '../contract/attempt.ts'
import type { ChangeOut } from '../contract/change.ts'
import type { EndpointIn, EndpointOut } from '../contract/endpoint.ts'
import type { EventTypeIn, EventTypeOut } from '../contract/event-type.ts'
import type { MessageEndpointOut, MessageIn, MessageOut } from '../contract/message.ts'
import type { NodeOut } from '../contract/node.ts'
import type { ProfileFitOut } from '../contract/profile-fit.ts'

export type ClusterNode = Static<typeof NodeOut>
export type Application = Static<typeof ApplicationOut>
export type ProfileFit = Static<typeof ProfileFitOut>
export type Endpoint = Static<typeof EndpointOut>
export type EndpointInput = Static<typeof EndpointIn>
export type Message = Static<typeof MessageOut>
export type MessageInput = Static<typeof MessageIn>
export type Attempt = Static<typeof MessageAttemptOut>
export type Change = Static<typeof ChangeOut>
export type Destination = Static<typeof MessageEndpointOut>
export type EventType = Static<typeof EventTypeOut>
export type EventTypeInput = Static<typeof EventTypeIn>

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly iterator: string | null
  readonly done: boolean
}

/** A bin of the inspector. */
export interface InspectorBin {
  readonly name: string
  readonly path: string
  readonly requestCount: number
  readonly lastRequestAt: string | null
  readonly script: string
  readonly secretCount: number
  readonly note: string
}

/** A request that a bin has captured. */
export interface Captured {
  readonly id: string
  readonly receivedAt: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | null
  readonly bodyBase64: string
  readonly bodyBytes: number
  readonly signature: { readonly state: string; readonly messageId: string | null }
  readonly answer: { readonly status: number }
}
