/** Retries, time, order and rate of an endpoint; what is left empty comes from the profile. */
import type { PolicyOverrides } from '../../../src/domain/policy.ts'
import type { EndpointOut } from '../api/model.ts'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { delaysOf, delaysText } from '../state/delays.ts'
import { useWords } from '../state/words.ts'
import { SelectField, TextField, Toggle } from './field.tsx'
import { RetryTimeline } from './retry-timeline.tsx'

const words = { en: createEn, es: createEs }

/** As typed. */
export interface DeliveryDraft {
  readonly schedule: string
  readonly timeout: string
  readonly ordered: boolean
  readonly whenExhausted: 'hold' | 'skip'
  readonly rate: string
}

export const noDelivery: DeliveryDraft = {
  schedule: '',
  timeout: '',
  ordered: false,
  whenExhausted: 'hold',
  rate: '',
}

export function deliveryOf(endpoint: EndpointOut): DeliveryDraft {
  const policy = endpoint.policy ?? {}
  return {
    schedule: policy.retryScheduleMs === undefined ? '' : delaysText(policy.retryScheduleMs),
    timeout: policy.attemptTimeoutMs === undefined ? '' : String(policy.attemptTimeoutMs / 1000),
    ordered: policy.ordering === 'fifo',
    whenExhausted: policy.whenExhausted ?? 'hold',
    rate: endpoint.throttleRate == null ? '' : String(endpoint.throttleRate),
  }
}

/** What is sent to the server; null: something is no number. The rest of the policy stays. */
export function settingsOf(
  draft: DeliveryDraft,
  policy: PolicyOverrides = {},
): { readonly policy: PolicyOverrides; readonly throttleRate: number | null } | null {
  const schedule = delaysOf(draft.schedule)
  if (schedule === null || isWrong(draft.timeout) || isWrong(draft.rate)) return null
  const {
    retryScheduleMs: _s,
    attemptTimeoutMs: _t,
    ordering: _o,
    whenExhausted: _w,
    ...rest
  } = policy
  return {
    throttleRate: draft.rate.trim() === '' ? null : Number(draft.rate),
    policy: {
      ...rest,
      ...(schedule.length === 0 ? {} : { retryScheduleMs: schedule }),
      ...(draft.timeout.trim() === ''
        ? {}
        : { attemptTimeoutMs: Math.round(Number(draft.timeout) * 1000) }),
      ...(draft.ordered ? { ordering: 'fifo', whenExhausted: draft.whenExhausted } : {}),
    },
  }
}

export function DeliveryFields(props: {
  readonly draft: DeliveryDraft
  /** What the server said when it was saved, by field: `policy.attemptTimeoutMs`. */
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (draft: DeliveryDraft) => void
}) {
  const t = useT()
  const w = useWords(words)
  const { draft, faults } = props
  const set = (change: Partial<DeliveryDraft>): void => props.onChange({ ...draft, ...change })
  const schedule = delaysOf(draft.schedule)
  return (
    <>
      <TextField
        label={w('schedule.label')}
        optional
        mono
        placeholder="5 s, 5 min, 30 min, 2 h"
        help={w('schedule.help')}
        error={schedule === null ? w('schedule.wrong') : faults['policy.retryScheduleMs']}
        value={draft.schedule}
        onChange={(value) => set({ schedule: value })}
      />
      {schedule !== null && schedule.length > 0 && <RetryTimeline delaysMs={schedule} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('settings.timeout')}
          optional
          inputMode="decimal"
          placeholder="15"
          value={draft.timeout}
          error={
            isWrong(draft.timeout) ? w('delivery.notNumber') : faults['policy.attemptTimeoutMs']
          }
          onChange={(timeout) => set({ timeout })}
        />
        <TextField
          label={t('settings.rate')}
          optional
          inputMode="numeric"
          value={draft.rate}
          error={isWrong(draft.rate) ? w('delivery.notNumber') : faults['throttleRate']}
          onChange={(rate) => set({ rate })}
        />
      </div>
      <Toggle
        label={t('endpoint.ordered')}
        help={t('endpoint.orderedHelp')}
        checked={draft.ordered}
        onChange={(ordered) => set({ ordered })}
      />
      {draft.ordered && (
        <SelectField
          label={t('settings.whenExhausted')}
          value={draft.whenExhausted}
          options={[
            { value: 'hold', label: t('settings.hold') },
            { value: 'skip', label: t('settings.skip') },
          ]}
          onChange={(whenExhausted) => set({ whenExhausted })}
        />
      )}
    </>
  )
}

function isWrong(text: string): boolean {
  return text.trim() !== '' && !Number.isFinite(Number(text))
}
