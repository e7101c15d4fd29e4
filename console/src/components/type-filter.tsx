import { wantsType } from '../../../src/domain/type-rule.ts'
import { useT } from '../i18n.tsx'
import { useEventTypes } from '../state/data.ts'
import { rulesOf } from '../state/event-tree.ts'
import { joined } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { MultiFilter } from './filters.tsx'

/** Types in the URL, whole groups first: `?type=order.*`. */
export function TypeFilter(props: {
  readonly values: readonly string[]
  /** How many there are of each type; absent: unknown. */
  readonly counts?: readonly { readonly value: string; readonly count: number }[] | undefined
  readonly countedSince?: number | null | undefined
}) {
  const t = useT()
  const [, change] = useUrlState()
  const types = useEventTypes().data ?? []
  const { values, counts } = props
  const offered = [...rulesOf(types), ...types.map(({ name }) => name), ...values]
  return (
    <MultiFilter
      label={t('filter.type')}
      values={values}
      options={[...new Set(offered)].map((value) => {
        const taken = counts?.filter((one) => wantsType([value], one.value)) ?? []
        const count = taken.reduce((sum, one) => sum + one.count, 0)
        return {
          value,
          label: <span className="mono">{value}</span>,
          count: taken.length === 0 ? undefined : count,
        }
      })}
      countedSince={props.countedSince}
      onChange={(chosen) => change({ type: joined(chosen) })}
    />
  )
}
