import { useQuery } from '@tanstack/react-query'
import { Check, Minus } from 'lucide-react'
import { listRoles } from '../api/people-calls.ts'
import { Section } from '../components/page.tsx'
import { Loaded } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: usersEn, es: usersEs }

const named: Readonly<Record<string, keyof typeof usersEn>> = {
  read: 'roles.read',
  'read-unmasked': 'roles.unmasked',
  replay: 'roles.replay',
  send: 'roles.send',
  'manage-endpoints': 'roles.endpoints',
  'read-secret': 'roles.seeSecrets',
  'manage-secrets': 'roles.rollSecrets',
  'manage-transformations': 'roles.transformations',
  administer: 'roles.administer',
  'read-audit': 'roles.audit',
  'manage-people': 'roles.people',
  'manage-settings': 'roles.settings',
}

/** What each role may do, by the very data that the server decides with. */
export function RolesSection() {
  const w = useWords(words)
  const found = useQuery({
    queryKey: ['roles'],
    queryFn: listRoles,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Section title={w('roles.title')}>
      <Loaded query={found}>
        {({ data, permissions }) => (
          // Positioned, so that the texts for screen readers do not widen the page; scrolled by keyboard.
          <div className="relative overflow-x-auto" tabIndex={0}>
            <table className="plain-table roles-table max-w-3xl" aria-label={w('roles.title')}>
              <thead>
                <tr>
                  <td />
                  {data.map(({ role }) => (
                    <th key={role} scope="col">
                      {w(`role.${role}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {inOrder(permissions).map((permission) => (
                  <tr key={permission}>
                    <th scope="row" className="whitespace-normal! text-ink-2!">
                      {named[permission] === undefined ? permission : w(named[permission])}
                    </th>
                    {data.map(({ role, permissions: granted }) => (
                      <Mark key={role} may={granted.includes(permission)} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Section>
  )
}

/** From what everybody may to what few may; what has no word here yet comes last. */
function inOrder(permissions: readonly string[]): readonly string[] {
  const known = Object.keys(words).filter((one) => permissions.includes(one))
  return [...known, ...permissions.filter((one) => !known.includes(one))]
}

function Mark(props: { readonly may: boolean }) {
  const t = useT()
  return (
    <td>
      <span className="sr-only">{t(props.may ? 'profile.yes' : 'profile.no')}</span>
      {props.may ? (
        <Check size={15} aria-hidden className="text-ok" />
      ) : (
        <Minus size={15} aria-hidden className="text-ink-3" />
      )}
    </td>
  )
}
