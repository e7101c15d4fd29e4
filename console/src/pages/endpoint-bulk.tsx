import { useQueryClient } from '@tanstack/react-query'
import { Download, Pause, Play, Send, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { changeEndpoints, type EndpointChange, partMax } from '../api/endpoint-change-calls.ts'
import { startChange } from '../api/endpoint-job-calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { endpointName } from '../state/data.ts'
import { download } from '../state/download.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const dialogs = () => import('./endpoint-bulk-dialogs.tsx')
const TestMany = lazy(async () => ({ default: (await dialogs()).TestMany }))
const EventsOfMany = lazy(async () => ({ default: (await dialogs()).EventsOfMany }))

/** What each button changes, of which endpoints, and what is said afterwards. */
const deeds = {
  pause: {
    concerns: ({ paused, disabled }) => !disabled && paused !== true,
    back: 'resume',
    said: 'endpoints.paused',
  },
  resume: {
    concerns: ({ paused }) => paused === true,
    back: 'pause',
    said: 'endpoints.resumed',
  },
  disable: {
    concerns: ({ disabled }) => !disabled,
    back: 'enable',
    said: 'endpoints.disabledDone',
  },
  enable: {
    concerns: ({ disabled }) => disabled,
    back: 'disable',
    said: 'endpoints.enabled',
  },
} as const satisfies Record<
  string,
  {
    readonly concerns: (endpoint: EndpointOut) => boolean
    readonly back: EndpointChange['action']
    readonly said: keyof typeof jobsEn
  }
>
type Deed = keyof typeof deeds

/** Acts on every chosen endpoint that it concerns; all but deleting can be undone. */
const words = { en: jobsEn, es: jobsEs }

export function EndpointBulk(props: {
  readonly chosen: readonly EndpointOut[]
  readonly onDone: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  const [open, setOpen] = useState<'test' | 'events' | null>(null)
  const [busy, setBusy] = useState(false)
  const [, go] = useUrlState()
  const { chosen } = props
  const app = scope.application

  /** What the address names stays when this page goes. */
  function follow(task: string): void {
    props.onDone()
    go({ task })
  }

  /** Resolves with the ids of those that were changed: of more than a part, by a job, with none yet. */
  async function change(
    action: EndpointChange['action'],
    ids: readonly string[],
  ): Promise<readonly string[]> {
    setBusy(true)
    try {
      if (ids.length > partMax) {
        follow((await startChange(app, { action, ids })).id)
        return []
      }
      const { changed, refused } = await changeEndpoints(app, { action, ids })
      if (refused.length > 0) {
        toast(w('endpoints.refused', { count: refused.length }), { tone: 'err' })
      }
      return changed
    } catch (error) {
      toastFailure(error, t)
      return []
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: ['endpoints', app] })
    }
  }
  async function perform(name: Deed): Promise<void> {
    const { concerns, back, said } = deeds[name]
    const done = await change(
      name,
      chosen.filter(concerns).map(({ id }) => id),
    )
    if (done.length === 0) return
    toast(w(said, { count: done.length }), { undo: () => void change(back, done) })
    if (name === 'disable') props.onDone() // they are hidden now
  }
  const button = (name: Deed, icon: React.ReactNode) =>
    chosen.some(deeds[name].concerns) && (
      <Button busy={busy} onClick={() => void perform(name)}>
        {icon} {t(`endpoint.${name}`)}
      </Button>
    )
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-t bg-surface px-5 py-2 max-sm:px-3">
      <span className="font-[550]" aria-live="polite">
        {t('grid.selected', { count: chosen.length })}
      </span>
      {button('pause', <Pause size={14} aria-hidden />)}
      {button('resume', <Play size={14} aria-hidden />)}
      {button('enable', <Play size={14} aria-hidden />)}
      {button('disable', null)}
      <Button onClick={() => setOpen('test')}>
        <Send size={14} aria-hidden /> {t('endpoint.sendTest')}
      </Button>
      <Button onClick={() => setOpen('events')}>{w('endpoints.events')}</Button>
      <Button
        onClick={() =>
          download('endpoints.json', 'application/json', JSON.stringify(chosen, null, 2))
        }
      >
        <Download size={14} aria-hidden /> {w('endpoints.export')}
      </Button>
      <Button kind="danger" onClick={() => setDeleting(true)}>
        <Trash2 size={14} aria-hidden /> {t('action.delete')}
      </Button>
      <Button kind="quiet" onClick={props.onDone}>
        {t('grid.clear')}
      </Button>
      <Suspense>
        {open === 'test' && (
          <TestMany
            chosen={chosen}
            onStarted={(task) => go({ task })}
            onClose={() => setOpen(null)}
          />
        )}
        {open === 'events' && (
          <EventsOfMany
            chosen={chosen}
            onClose={() => setOpen(null)}
            onFollow={follow}
            onDone={(count) => {
              setOpen(null)
              toast(w('endpoints.eventsDone', { count }))
              void client.invalidateQueries({ queryKey: ['endpoints', app] })
            }}
          />
        )}
      </Suspense>
      {deleting && (
        <Confirm
          title={t('endpoints.deleteTitle', { count: chosen.length })}
          effect={t('endpoint.deleteEffect')}
          verb={t('endpoints.deleteVerb', { count: chosen.length })}
          typeName={chosen.length === 1 ? endpointName(chosen[0]) : String(chosen.length)}
          danger
          copyAs={{
            cli: chosen
              .map(({ id }) => `posthorn endpoints rm ${id} --app ${app} --yes`)
              .join(' && '),
            request: {
              method: 'POST',
              path: `/app/${app}/endpoint/${chosen.length > partMax ? 'change-all' : 'change'}`,
              body: { action: 'delete', ids: chosen.map(({ id }) => id) },
            },
          }}
          onClose={() => setDeleting(false)}
          onConfirm={() => {
            setDeleting(false)
            void change(
              'delete',
              chosen.map(({ id }) => id),
            ).then(props.onDone)
          }}
        />
      )}
    </div>
  )
}
