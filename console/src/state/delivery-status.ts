import {
  ArrowRight,
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  type LucideIcon,
  Pause,
  RotateCw,
  Slash,
} from 'lucide-react'
import type { DeliveryOut, EndpointOut, StatusText } from '../api/model.ts'
import type { MessageKey } from '../i18n.tsx'

/** What a person sees of a delivery. Shape, word and colour say it, never colour alone. */
export type DeliveryStatus =
  | 'queued'
  | 'sending'
  | 'delivered'
  | 'retrying'
  | 'held'
  | 'failed'
  | 'canceled'

export type Tone = 'ok' | 'warn' | 'err' | 'info' | 'mute'

export interface StatusLook {
  readonly label: MessageKey
  readonly tone: Tone
  readonly icon: LucideIcon
}

export const statusLooks: Readonly<Record<DeliveryStatus, StatusLook>> = {
  queued: { label: 'status.queued', tone: 'mute', icon: CircleDashed },
  sending: { label: 'status.sending', tone: 'info', icon: ArrowRight },
  delivered: { label: 'status.delivered', tone: 'ok', icon: CircleCheck },
  retrying: { label: 'status.retrying', tone: 'warn', icon: RotateCw },
  held: { label: 'status.held', tone: 'mute', icon: Pause },
  failed: { label: 'status.failed', tone: 'err', icon: CircleX },
  canceled: { label: 'status.canceled', tone: 'mute', icon: Ban },
}

/** Of an endpoint that a message was not for: no delivery stands for it. */
export const skippedLook: StatusLook = { label: 'status.skipped', tone: 'mute', icon: Slash }

export const deliveryStatuses = Object.keys(statusLooks) as readonly DeliveryStatus[] // keys of a literal

export function isStatus(word: string): word is DeliveryStatus {
  return Object.hasOwn(statusLooks, word)
}

/** `held` is a pending delivery of a paused endpoint; `retrying` one that was tried before. */
export function statusOf(
  delivery: Pick<DeliveryOut, 'state' | 'attemptCount'>,
  endpoint: Pick<EndpointOut, 'paused' | 'disabled'> | undefined,
): DeliveryStatus {
  switch (delivery.state) {
    case 'succeeded':
      return 'delivered'
    case 'failed':
    case 'canceled':
    case 'sending':
      return delivery.state
    case 'pending':
      if (endpoint?.paused === true || endpoint?.disabled === true) return 'held'
      return delivery.attemptCount > 0 ? 'retrying' : 'queued'
    default:
      return delivery.state satisfies never
  }
}

/** States of the API that a chosen status can come from. */
export const statesOf: Readonly<Record<DeliveryStatus, DeliveryOut['state']>> = {
  queued: 'pending',
  retrying: 'pending',
  held: 'pending',
  sending: 'sending',
  delivered: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
}

export function statusOfText(text: StatusText, waiting: boolean): DeliveryStatus {
  switch (text) {
    case 'success':
      return 'delivered'
    case 'fail':
      return 'failed'
    case 'canceled':
      return 'canceled'
    case 'sending':
      return waiting ? 'retrying' : 'sending'
    case 'pending':
      return waiting ? 'retrying' : 'queued'
    default:
      return text satisfies never
  }
}
