import { CircleAlert, CircleCheck, CircleOff, CircleX, Pause, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { conditionOf, type EndpointCondition } from '../../../src/domain/endpoint-sought.ts'
import type { EndpointOut } from '../api/model.ts'
import { useFormats, useT } from '../i18n.tsx'
import { type DeliveryStatus, statusLooks, type Tone } from '../state/delivery-status.ts'
import type { Tried } from '../state/rate.ts'

export function Pill(props: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`pill tone-${props.tone}`}>{props.children}</span>
}

/** The state of a delivery; a retry says when it comes, and what an open circuit holds, until when. */
export function StatusPill(props: {
  readonly status: DeliveryStatus
  readonly nextAt?: number | null
  readonly now?: number
  /** The endpoint's circuit is open until then. */
  readonly circuitUntil?: string | null | undefined
}) {
  const t = useT()
  const formats = useFormats()
  const circuitAt = heldByCircuit(props)
  const { label, tone, icon: Icon } = statusLooks[props.status]
  const wait =
    props.status === 'retrying' && props.nextAt != null && props.now !== undefined
      ? props.nextAt - props.now
      : null
  if (circuitAt !== null) {
    return (
      <Pill tone="warn">
        <CircleAlert size={13} aria-hidden />
        {t('status.waitsUntil', { time: formats.moment(circuitAt) })}
      </Pill>
    )
  }
  return (
    <Pill tone={tone}>
      <Icon size={13} aria-hidden />
      {wait === null || wait <= 0
        ? t(label)
        : t('status.retryingIn', { wait: formats.duration(roundWait(wait)) })}
    </Pill>
  )
}

/** Until when the circuit, and not its own time, holds a delivery back; null: it does not. */
export function heldByCircuit(of: {
  readonly status: DeliveryStatus
  readonly nextAt?: number | null
  readonly now?: number
  readonly circuitUntil?: string | null | undefined
}): number | null {
  if (of.circuitUntil == null) return null
  const at = Date.parse(of.circuitUntil)
  if (at <= (of.now ?? Date.now())) return null
  if (of.status === 'sending') return at
  const waits = of.status === 'queued' || of.status === 'retrying'
  return waits && at > (of.nextAt ?? 0) ? at : null
}

/** Whole seconds below a minute and whole minutes below an hour read calmer while they count. */
function roundWait(ms: number): number {
  if (ms < 60_000) return Math.ceil(ms / 1000) * 1000
  if (ms < 3_600_000) return Math.ceil(ms / 60_000) * 60_000
  return Math.ceil(ms / 360_000) * 360_000
}

export type EndpointState = EndpointCondition

/**
 * By what it is set to, and by what became of its attempts in the last 24 hours. Null: nobody has
 * said yet what did, and until then an endpoint is not called healthy.
 */
export function endpointState(
  endpoint: Pick<EndpointOut, 'disabled' | 'paused'>,
  tried: Tried | undefined,
): EndpointState | null {
  const { disabled, paused = false } = endpoint
  if (tried === undefined && !disabled && !paused) return null
  return conditionOf({ disabled, paused }, tried ?? { succeeded: 0, failed: 0 })
}

const endpointLooks = {
  healthy: { tone: 'ok', icon: CircleCheck, label: 'endpoint.healthy' },
  degraded: { tone: 'warn', icon: TriangleAlert, label: 'endpoint.degraded' },
  failing: { tone: 'err', icon: CircleX, label: 'endpoint.failing' },
  paused: { tone: 'mute', icon: Pause, label: 'endpoint.paused' },
  disabled: { tone: 'mute', icon: CircleOff, label: 'endpoint.disabled' },
} as const

export function isEndpointState(text: string): text is EndpointState {
  return Object.hasOwn(endpointLooks, text)
}

export function EndpointPill(props: { readonly state: EndpointState | null }) {
  const t = useT()
  if (props.state === null) return null
  const { tone, icon: Icon, label } = endpointLooks[props.state]
  return (
    <Pill tone={tone}>
      <Icon size={13} aria-hidden />
      {t(label)}
    </Pill>
  )
}

/** A sentence that needs attention: what, since when, and what to do about it. */
export function Notice(props: {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  const Icon = props.tone === 'ok' ? CircleCheck : CircleAlert
  return (
    <div
      className={`rounded-md border-l-[3px] px-3 py-2 tone-${props.tone} border-current`}
      role={props.tone === 'err' ? 'alert' : undefined}
    >
      <p className="flex items-start gap-2 font-[550]">
        <Icon size={16} aria-hidden className="mt-0.5 flex-none" />
        <span>{props.title}</span>
      </p>
      {props.children !== undefined && <div className="mt-0.5 text-ink">{props.children}</div>}
      {props.actions !== undefined && (
        <div className="mt-2 flex flex-wrap gap-2 empty:hidden">{props.actions}</div>
      )}
    </div>
  )
}
