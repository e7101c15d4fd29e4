import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useState } from 'react'
import { ApiError } from '../api/http.ts'
import type { AuditEntry, EndpointOut } from '../api/model.ts'
import { endpointHistory, revertEndpoint } from '../api/usage-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { Body, Section } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { type MessageKey, useT } from '../i18n.tsx'
import { historyEn } from '../messages/history-en.ts'
import { historyEs } from '../messages/history-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: historyEn, es: historyEs }

/** Who changed the endpoint, what it was and what it became; each change can be taken back. */
export function EndpointHistory(props: { readonly endpoint: EndpointOut }) {
  const w = useWords(words)
  const scope = useScope()
  const { endpoint } = props
  const [asking, setAsking] = useState<AuditEntry | null>(null)
  const history = useInfiniteQuery({
    queryKey: ['endpoints', scope.application, 'history', endpoint.id],
    queryFn: ({ pageParam }) => endpointHistory(scope.application, endpoint.id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.done ? null : page.iterator),
  })
  const entries = history.data?.pages.flatMap(({ data }) => data) ?? []
  return (
    <Body>
      <Section
        title={w('history.title')}
        description={w('history.text')}
        actions={
          <CopyAs request={{ path: `/app/${scope.application}/endpoint/${endpoint.id}/history` }} />
        }
      >
        {history.isPending && <Loading rows={4} />}
        {history.isError && (
          <Failure error={history.error} onRetry={() => void history.refetch()} />
        )}
        {history.isSuccess && entries.length === 0 && (
          <p className="text-ink-2">{w('history.none')}</p>
        )}
        <ol className="flex flex-col gap-3">
          {entries.map((entry) => (
            <Entry
              key={entry.id}
              entry={entry}
              onRevert={
                scope.may.manageEndpoints && isRevertible(entry) ? () => setAsking(entry) : null
              }
            />
          ))}
        </ol>
        {history.hasNextPage && (
          <div>
            <Button busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
              {w('history.older')}
            </Button>
          </div>
        )}
      </Section>
      {asking !== null && (
        <Revert endpoint={endpoint} entry={asking} onClose={() => setAsking(null)} />
      )}
    </Body>
  )
}

const isRevertible = ({ outcome, before, after, changed }: AuditEntry): boolean =>
  outcome === 'done' && before !== null && after !== null && changed.length > 0

const actors: Readonly<Record<string, MessageKey>> = {
  user: 'actor.user',
  key: 'actor.key',
  token: 'actor.token',
  portal: 'actor.portal',
  console: 'actor.console',
  system: 'actor.system',
  anonymous: 'actor.anonymous',
}

const deeds: Readonly<Record<string, keyof typeof historyEn>> = {
  create: 'deed.create',
  update: 'deed.change',
  patch: 'deed.change',
  'update-headers': 'deed.headers',
  'patch-headers': 'deed.headers',
  'update-tls': 'deed.tls',
  'rotate-secret': 'deed.roll',
  revert: 'deed.revert',
  delete: 'deed.delete',
  'get-secret': 'deed.secret',
  'change-several': 'deed.change',
}

function Entry(props: { readonly entry: AuditEntry; readonly onRevert: (() => void) | null }) {
  const t = useT()
  const w = useWords(words)
  const { entry, onRevert } = props
  const actor = actors[entry.actor.kind]
  const what = entry.operation.split('.').at(-1) ?? entry.operation
  const deed = deeds[what]
  return (
    <li className="flex flex-col gap-2 rounded-md border border-line bg-surface px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <History size={15} aria-hidden className="text-ink-3" />
        <Time at={entry.at} />
        <span className="font-[550]">
          {entry.actor.id === 'bootstrap'
            ? t('actor.bootstrap')
            : (entry.actor.name ?? (actor === undefined ? entry.actor.kind : t(actor)))}
        </span>
        <span className="text-ink-3">{deed === undefined ? entry.title : w(deed)}</span>
        {entry.outcome === 'refused' && <span className="text-err">{w('history.refused')}</span>}
        <span className="flex-1" />
        {onRevert !== null && <Button onClick={onRevert}>{w('history.revert')}</Button>}
      </div>
      {entry.before === null && entry.after !== null ? (
        <p className="mono break-all text-ink-2">{String(entry.after['url'] ?? '')}</p>
      ) : entry.changed.length === 0 ? (
        <p className="text-ink-2">{w('history.nothing')}</p>
      ) : (
        <DiffView
          before={only(entry.before, entry.changed)}
          after={only(entry.after, entry.changed)}
        />
      )}
    </li>
  )
}

/** The fields that changed, so that the difference is read at once. */
function only(
  state: AuditEntry['before'],
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.flatMap((name) => (state?.[name] == null ? [] : [[name, state[name]]])),
  )
}

/** Takes a change back. Where others came after it, that is said, and asked once more. */
function Revert(props: {
  readonly endpoint: EndpointOut
  readonly entry: AuditEntry
  readonly onClose: () => void
}) {
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const { endpoint, entry } = props
  const revert = useMutation({
    mutationFn: (force: boolean) => revertEndpoint(scope.application, endpoint.id, entry.id, force),
    onSuccess({ kept }) {
      toast(
        kept.length === 0
          ? w('history.reverted')
          : w('history.revertedBut', { fields: kept.join(', ') }),
      )
      props.onClose()
      void client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
    },
  })
  const conflict = revert.error instanceof ApiError && revert.error.status === 409
  return (
    <Confirm
      title={w('history.revertTitle')}
      effect={
        <div className="flex flex-col gap-2">
          <p>{w('history.revertEffect', { fields: entry.changed.join(', ') })}</p>
          <DiffView
            before={only(entry.after, entry.changed)}
            after={only(entry.before, entry.changed)}
          />
        </div>
      }
      copyAs={{
        request: {
          method: 'POST',
          path: `/app/${encodeURIComponent(scope.application)}/endpoint/${endpoint.id}/revert`,
          body: { entry: entry.id, force: conflict },
        },
      }}
      verb={conflict ? w('history.revertAnyway') : w('history.revert')}
      busy={revert.isPending}
      error={
        conflict ? (
          <p role="alert" className="text-warn">
            {w('history.conflict')}
          </p>
        ) : (
          revert.isError && <Failure error={revert.error} />
        )
      }
      onClose={props.onClose}
      onConfirm={() => revert.mutate(conflict)}
    />
  )
}
