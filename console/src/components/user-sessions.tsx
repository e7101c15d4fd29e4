import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endSession, listSessions } from '../api/people-calls.ts'
import { useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'
import { Loaded, toastFailure } from './states.tsx'
import { Pill } from './status.tsx'
import { Time } from './time.tsx'
import { toast } from './toast.tsx'

const words = { en: usersEn, es: usersEs }

/** Open sessions of a user, or of whoever is signed in (`user` null), each with its end. */
export function UserSessions(props: { readonly user: string | null }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const mayManage = useMay('manage-people')
  const may = props.user === null || mayManage
  const queryKey = ['user-sessions', props.user]
  const sessions = useQuery({ queryKey, queryFn: () => listSessions(props.user) })
  const end = useMutation({
    mutationFn: (id: string) => endSession(props.user, id),
    onSuccess: () => {
      toast(w('session.ended'))
      return client.invalidateQueries({ queryKey })
    },
    onError: (error) => toastFailure(error, t),
  })
  return (
    <Loaded query={sessions}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-ink-3">{w('users.noSessions')}</p>
        ) : (
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line bg-surface">
            {data.map((session) => (
              <li
                key={session.id}
                className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2"
              >
                <span className="min-w-0 flex-1 basis-52">
                  <span className="block break-words">
                    {session.userAgent ?? ''}{' '}
                    {session.current && <Pill tone="ok">{w('session.current')}</Pill>}
                  </span>
                  <span className="text-ink-3 text-xs">
                    <span className="mono">{session.address}</span> · {w('session.from')}{' '}
                    <Time at={session.createdAt} plain /> · {w('session.until')}{' '}
                    <Time at={session.expiresAt} plain />
                  </span>
                </span>
                {may && !session.current && (
                  <Button busy={end.isPending} onClick={() => end.mutate(session.id)}>
                    {w('session.end')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  )
}
