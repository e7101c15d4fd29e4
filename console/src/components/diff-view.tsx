import { lazy, Suspense } from 'react'
import { useT } from '../i18n.tsx'
import { type Difference, differencesOf } from '../state/json-diff.ts'

// Most differences are of a value: the comparison of lines comes when there are lines.
const LineDiff = lazy(async () => ({ default: (await import('./line-diff.tsx')).LineDiff }))

const shownMax = 200

/** What changed between two values: the path, what it was, what it is. Marked by words and signs. */
export function DiffView(props: { readonly before: unknown; readonly after: unknown }) {
  const t = useT()
  const differences = differencesOf(expanded(props.before), expanded(props.after))
  if (differences.length === 0) return <p className="text-ink-2">{t('diff.same')}</p>
  return (
    <div className="overflow-x-auto">
      <table className="plain-table" aria-label={t('attempt.differences')}>
        <thead>
          <tr>
            <th>{t('diff.path')}</th>
            <th>{t('diff.before')}</th>
            <th>{t('diff.after')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, shownMax).map((difference) => (
            <Row key={difference.path} difference={difference} />
          ))}
        </tbody>
      </table>
      {differences.length > shownMax && (
        <p className="p-2 text-ink-3">{t('diff.more', { count: differences.length - shownMax })}</p>
      )}
    </div>
  )
}

function Row(props: { readonly difference: Difference }) {
  const { path, before, after } = props.difference
  if (isText(before) && isText(after) && (before.includes('\n') || after.includes('\n'))) {
    return (
      <tr>
        <td className="mono align-top">{path}</td>
        <td colSpan={2}>
          <Suspense>
            <LineDiff before={before} after={after} />
          </Suspense>
        </td>
      </tr>
    )
  }
  return (
    <tr>
      <td className="mono">{path}</td>
      <td className="mono break-all">
        {before !== undefined && (
          <del className="bg-err-soft px-1 text-err no-underline">
            <span aria-hidden>− </span>
            {JSON.stringify(before)}
          </del>
        )}
      </td>
      <td className="mono break-all">
        {after !== undefined && (
          <ins className="bg-ok-soft px-1 text-ok no-underline">
            <span aria-hidden>+ </span>
            {JSON.stringify(after)}
          </ins>
        )}
      </td>
    </tr>
  )
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Texts that hold JSON become what they hold, so that the difference names the field. */
function expanded(value: unknown): unknown {
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, expanded(child)]))
}
