import type { DeliveryPolicy, PolicyOverrides } from '../../../src/domain/policy.ts'
import { useFormats } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useProfile } from './profile.ts'
import { useScope } from './scope.tsx'
import { useWords } from './words.ts'

const words = { en: createEn, es: createEs }

/** How an endpoint is delivered to, in one line; empty while its profile is on its way. */
export function useDeliveryValue(): (
  policy: PolicyOverrides,
  throttleRate: number | null,
) => string {
  const w = useWords(words)
  const formats = useFormats()
  const usual = useProfile(useScope().application).data?.policy
  return (policy, throttleRate) => {
    if (usual === undefined) return ''
    const { retryScheduleMs, attemptTimeoutMs, ordering }: DeliveryPolicy = { ...usual, ...policy }
    const count = retryScheduleMs.length
    const time = formats.duration(retryScheduleMs.reduce((sum, ms) => sum + ms, 0))
    return [
      count === 0 ? w('value.noRetry') : w('value.retries', { count, time }),
      w('value.timeout', { time: formats.duration(attemptTimeoutMs) }),
      w(ordering === 'fifo' ? 'value.fifo' : 'value.noFifo'),
      ...(throttleRate === null ? [] : [w('value.rate', { count: throttleRate })]),
    ].join(' · ')
  }
}
