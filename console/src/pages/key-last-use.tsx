import type { ApiKeyOut } from '../api/key-calls.ts'
import { useFormats, useT } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'

/** When and from where a key was used last: who ends it sees whom that cuts off. */
export function LastUse(props: { readonly apiKey: ApiKeyOut }) {
  const t = useT()
  const w = useAdminT()
  const formats = useFormats()
  const { lastUsedAt, lastUsedFrom } = props.apiKey
  if (lastUsedAt === null || w === null) return null
  const when = formats.relative(Date.parse(lastUsedAt), Date.now())
  return (
    <span className="break-words">
      {lastUsedFrom === null
        ? `${t('key.lastUsed')}: ${when}`
        : w('key.lastUsedFrom', {
            when,
            address: lastUsedFrom.address,
            agent: lastUsedFrom.userAgent ?? '?',
          })}
    </span>
  )
}
