import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { missedKinds } from '../state/missed-spans.ts'
import { listOf, type Search } from '../state/search.ts'
import { useWords } from '../state/words.ts'

const words = { en: recoveryEn, es: recoveryEs }

const scopes = ['deliveries', 'selection', 'never', ...missedKinds] as const
export type RecoveryScope = (typeof scopes)[number]

/** Rows that are carried along by name: what an address has room for. */
export const carriedMax = 200

/** What the URL asks for: `what`, and the rows that were chosen in a list. */
export function scopeOf(search: Search): RecoveryScope {
  const named = scopes.find((scope) => scope === search['what'])
  if (named !== undefined && named !== 'selection') return named
  return listOf(search['ids']).length > 0 ? 'selection' : 'deliveries'
}

/** How the URL asks for another scope; times of one mean nothing to the next. */
export function scopeSearch(scope: RecoveryScope, search: Search): Search {
  const carried = listOf(search['ids']).length > 0
  const what = scope === 'selection' || (scope === 'deliveries' && !carried) ? undefined : scope
  return { what, since: undefined, from: undefined, to: undefined }
}

/** Deliveries that went wrong or were chosen, or messages for which there never was one. */
export function ScopeChoice(props: {
  readonly value: RecoveryScope
  /** How many rows were chosen in a list. */
  readonly carried: number
  readonly onChange: (scope: RecoveryScope) => void
}) {
  const w = useWords(words)
  return (
    <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
      <legend className="sr-only">{w('missing.label')}</legend>
      {scopes
        .filter((scope) => scope !== 'selection' || props.carried > 0)
        .map((scope) => (
          <label key={scope} className="flex min-h-7 items-center gap-2">
            <input
              type="radio"
              name="recovery-scope"
              className="accent-accent"
              checked={props.value === scope}
              onChange={() => props.onChange(scope)}
            />
            {w(`missing.${scope}`, { count: props.carried })}
          </label>
        ))}
    </fieldset>
  )
}
