import { Link } from '@tanstack/react-router'
import { path } from '../api/calls.ts'
import { request } from '../api/http.ts'
import { Confirm } from '../components/dialog.tsx'
import { switchEn } from '../messages/switch-en.ts'
import { switchEs } from '../messages/switch-es.ts'
import { profileNames } from '../state/profiles.ts'
import { useWords } from '../state/words.ts'

const words = { en: switchEn, es: switchEs }

/** What the server says of a profile that an application may be given. */
export interface ProfileFit {
  readonly profile: string
  readonly misfitCount: number
  readonly misfits: readonly {
    readonly id: string
    readonly name: string | null
    readonly url: string
    readonly reasons: readonly { readonly field: string; readonly msg: string }[]
  }[]
}

export const getProfileFit = (application: string, profile: string) =>
  request<ProfileFit>(path('app', application, 'profile-fit'), { query: { profile } })

/** Endpoints that break rules of the profile, each with why, before it is changed. */
export default function SwitchDialog(props: {
  readonly application: string
  readonly fit: ProfileFit
  /** The application's name is saved with it. */
  readonly name: string
  readonly busy: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}) {
  const w = useWords(words)
  const { misfits, misfitCount } = props.fit
  const profile = profileNames[props.fit.profile] ?? props.fit.profile
  const more = misfitCount - misfits.length
  return (
    <Confirm
      title={w('switch.title', { count: misfitCount, profile })}
      effect={
        <>
          <p>{w('switch.effect', { profile })}</p>
          <ul aria-label={w('switch.list')} className="mt-3 max-h-64 overflow-y-auto">
            {misfits.map(({ id, name, url, reasons }) => (
              <li key={id} className="border-line border-t py-2">
                <Link
                  to={`/app/${props.application}/endpoints/${id}`}
                  className="link mono break-all"
                >
                  {name ?? url}
                </Link>
                {reasons.map(({ field, msg }) => (
                  <p key={`${field} ${msg}`} className="text-ink-2 text-xs">
                    <span className="mono">{field}</span>: {msg}
                  </p>
                ))}
              </li>
            ))}
          </ul>
          {more > 0 && <p className="text-ink-2">{w('switch.more', { count: more })}</p>}
        </>
      }
      verb={w('switch.verb')}
      copyAs={{
        request: {
          method: 'PATCH',
          path: path('app', props.application),
          query: { force: true },
          body: { name: props.name, profile: props.fit.profile },
        },
      }}
      busy={props.busy}
      onClose={props.onClose}
      onConfirm={props.onConfirm}
    />
  )
}
