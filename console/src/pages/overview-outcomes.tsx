import { useNavigate } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import type { getUsage } from '../api/usage-calls.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { Section } from '../components/page.tsx'
import { useT } from '../i18n.tsx'

/** What arrived and what did not over time; a range chosen there leads to its deliveries. */
export function Outcomes(props: {
  readonly usage: Awaited<ReturnType<typeof getUsage>>
  readonly base: string
  readonly marks?: ComponentProps<typeof OutcomeBars>['marks']
  readonly actions?: ReactNode
}) {
  const t = useT()
  const navigate = useNavigate()
  const { usage, base, marks, actions } = props
  return (
    <Section title={t('overview.outcomes')} actions={actions}>
      <OutcomeBars
        buckets={usage.slices.map(({ from, succeeded, failed }) => {
          return { from: Date.parse(from), ok: succeeded, failed, waiting: 0 }
        })}
        to={Date.parse(usage.until)}
        {...(marks === undefined ? {} : { marks })}
        onRange={({ from, to }) =>
          void navigate({
            to: `${base}/deliveries`,
            search: {
              from: new Date(from).toISOString(),
              to: new Date(to).toISOString(),
            } as never, // routes are not typed here
          })
        }
      />
    </Section>
  )
}
