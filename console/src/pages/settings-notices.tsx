import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { request } from '../api/http.ts'
import type { List } from '../api/model.ts'
import { Button, IconButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Section } from '../components/page.tsx'
import { Failure, Loaded } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { useLocalization } from '../i18n.tsx'
import { settingsEn } from '../messages/settings-en.ts'
import { settingsEs } from '../messages/settings-es.ts'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import {
  AddReceiver,
  isNoticeType,
  mailOf,
  receiversPath as path,
  type Receiver,
} from './settings-notice-add.tsx'

const words = { en: settingsEn, es: settingsEs }
type Words = ReturnType<typeof useWords<typeof settingsEn>>

/** "When an endpoint was disabled, tell …". */
function sentenceOf({ eventTypes }: Receiver, w: Words, language: string): string {
  const wanted = eventTypes ?? []
  if (wanted.length === 0) return w('notices.tellAll')
  const names = wanted.map((type) => (isNoticeType(type) ? w(`notices.${type}`) : type))
  const events = names.map((name) => name.charAt(0).toLowerCase() + name.slice(1))
  const either = new Intl.ListFormat(language, { type: 'disjunction' })
  return w('notices.tell', { events: either.format(events) })
}

/** Addresses of mail as people write them. */
function shown({ url }: Receiver): string {
  return mailOf(url)?.split(',').join(', ') ?? url
}

/** Receivers of our own events: who is told when an endpoint is disabled, and the like. */
export function NoticesSection() {
  const { language } = useLocalization()
  const w = useWords(words)
  const [search, change] = useUrlState()
  const may = useMay('administer')
  const [deleting, setDeleting] = useState<Receiver | null>(null)
  const client = useQueryClient()
  const receivers = useQuery({
    queryKey: ['notices'],
    queryFn: () => request<List<Receiver>>(path, { query: { limit: 250 } }),
  })
  const remove = useMutation({
    mutationFn: (id: string) => request<void>(`${path}/${id}`, { method: 'DELETE' }),
    onSuccess: () => {
      setDeleting(null)
      return client.invalidateQueries({ queryKey: ['notices'] })
    },
  })
  return (
    <Section
      title={w('notices.title')}
      description={w('notices.text')}
      actions={
        <>
          <CopyAs of={w('notices.title')} request={{ path }} withoutUrl />
          {may && (
            <Button onClick={() => change({ dialog: 'notices' })}>
              <Plus size={14} aria-hidden /> {w('notices.add')}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={receivers}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-ink-3">{w('notices.none')}</p>
          ) : (
            <ul className="flex flex-col divide-y divide-line rounded-md border border-line bg-surface">
              {data.map((receiver) => (
                <li key={receiver.id} className="flex flex-wrap items-center gap-2 px-3 py-2">
                  <p className="min-w-0 flex-1 basis-60">
                    {sentenceOf(receiver, w, language)}{' '}
                    <span className="mono break-all">{shown(receiver)}</span>
                  </p>
                  {receiver.format === 'slack' && <Pill tone="mute">{w('notices.slack')}</Pill>}
                  {may && <TryOut receiver={receiver} />}
                  {may && (
                    <IconButton
                      label={`${w('notices.deleteVerb')}: ${shown(receiver)}`}
                      onClick={() => setDeleting(receiver)}
                    >
                      <Trash2 size={15} aria-hidden />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {may && search['dialog'] === 'notices' && (
        <AddReceiver onClose={() => change({ dialog: undefined })} />
      )}
      {deleting !== null && (
        <Confirm
          title={w('notices.deleteTitle', { url: shown(deleting) })}
          effect={w('notices.deleteEffect')}
          verb={w('notices.deleteVerb')}
          copyAs={{ request: { method: 'DELETE', path: `${path}/${deleting.id}` } }}
          danger
          busy={remove.isPending}
          error={remove.isError && <Failure error={remove.error} />}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id)}
        />
      )}
    </Section>
  )
}

interface Tried {
  readonly succeeded: boolean
  readonly status: number | null
  readonly detail: string
}

/** Tells the receiver an example, and says what it answered. */
function TryOut({ receiver }: { readonly receiver: Receiver }) {
  const w = useWords(words)
  const attempt = useMutation({
    mutationFn: () => request<Tried>(`${path}/${receiver.id}/test`, { method: 'POST', body: {} }),
  })
  const { data } = attempt
  return (
    <>
      {attempt.isError && <Failure error={attempt.error} />}
      {data !== undefined && (
        <span role="status" className="order-last min-w-0 basis-full break-words">
          <Pill tone={data.succeeded ? 'ok' : 'err'}>
            {data.succeeded ? w('notices.tried') : w('notices.triedInVain')}
          </Pill>{' '}
          <span className="mono text-ink-2 text-xs">
            {[data.status, data.detail.slice(0, 120)].filter((part) => part !== null).join(' ')}
          </span>
        </span>
      )}
      <Button
        aria-label={`${w('notices.try')}: ${shown(receiver)}`}
        busy={attempt.isPending}
        onClick={() => attempt.mutate()}
      >
        <Send size={14} aria-hidden /> {w('notices.try')}
      </Button>
    </>
  )
}
