/** What travels over HTTP, as types: from the contract's schemas, without its runtime. */
import type { Static } from 'typebox'
import type { ApplicationOut } from '../contract/application.ts'
import type { MessageAttemptOut } from '../contract/attempt.ts'
import type { ChangeOut } from '../contract/change.ts'
import type { EndpointIn, EndpointOut } from '../contract/endpoint.ts'
import type { EventTypeIn, EventTypeOut } from '../contract/event-type.ts'
import type { BinOut, CapturedOut } from '../contract/inspector.ts'
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
export type InspectorBin = Static<typeof BinOut>
export type Captured = Static<typeof CapturedOut>

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly iterator: string | null
  readonly done: boolean
}
