/** Whether what is really sent is as the schema says: paths that differ, and no value. */
import { useQuery } from '@tanstack/react-query'
import { observeType } from '../api/catalog-calls.ts'
import type { EventTypeOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Section } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { type AdminT, useAdminT } from '../state/admin-words.ts'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'

export function DriftSection(props: { readonly type: EventTypeOut; readonly application: string }) {
  const w = useAdminT()
  const mayEdit = useMay('administer')
  const [, change] = useUrlState()
  const { type, application } = props
  const observed = useQuery({
    queryKey: ['type-activity', application, 'observed', type.name, type.updatedAt],
    queryFn: () => observeType(application, type.name),
    staleTime: 30_000,
  })
  if (w === null) return null
  return (
    <Section
      title={w('drift.title')}
      actions={
        mayEdit &&
        observed.data?.inferred != null && (
          <Button onClick={() => change({ dialog: 'edit', infer: 'yes' })}>
            {w('drift.infer')}
          </Button>
        )
      }
    >
      {observed.isPending && <Loading rows={2} />}
      {observed.isError && <Failure error={observed.error} />}
      {observed.data !== undefined && <Found observed={observed.data} type={type} w={w} />}
    </Section>
  )
}

function Found(props: {
  readonly observed: Awaited<ReturnType<typeof observeType>>
  readonly type: EventTypeOut
  readonly w: AdminT
}) {
  const { w, observed, type } = props
  const { messages, extra, unseen } = observed
  if (messages === 0) return <p className="text-ink-3">{w('drift.noMessages')}</p>
  const compared = w('drift.compared', { count: messages })
  if (Object.keys(type.schemas ?? {}).length === 0) {
    return <p className="text-ink-3">{w('drift.noSchema', { count: messages })}</p>
  }
  if (extra.length + unseen.length === 0) return <p>{w('drift.none', { count: messages })}</p>
  return (
    <div className="flex flex-col gap-4">
      <p className="text-ink-2">{compared}</p>
      <PathList title={w('drift.extra')} paths={extra} />
      <PathList title={w('drift.unseen')} paths={unseen} />
    </div>
  )
}

function PathList(props: {
  readonly title: string
  readonly paths: readonly {
    readonly path: string
    readonly type: string
    readonly required?: boolean
  }[]
}) {
  const t = useT()
  if (props.paths.length === 0) return null
  return (
    <div>
      <h3 className="pb-1 text-ink-3 text-xs">{props.title}</h3>
      <ul className="flex flex-col divide-y divide-line border-line border-y">
        {props.paths.map(({ path, type, required }) => (
          <li key={path} className="flex flex-wrap gap-x-3 py-1">
            <span className="mono break-all">{path}</span>
            <span className="mono text-ink-3">{type}</span>
            {required === true && (
              <span className="text-warn text-xs">{t('eventType.required')}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
