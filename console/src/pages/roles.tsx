import { useQuery } from '@tanstack/react-query'
import { Check, Minus } from 'lucide-react'
import { permissions as described, isPermission } from '../../../src/domain/permission.ts'
import { listRoles } from '../api/people-calls.ts'
import { Section } from '../components/page.tsx'
import { Loaded } from '../components/states.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: usersEn, es: usersEs }

/** What each role may do, by the very data that the server decides with. */
export function RolesSection() {
  const w = useWords(words)
  const { language } = useLocalization()
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
                {permissions.map((permission) => (
                  <tr key={permission}>
                    <th scope="row" className="whitespace-normal! text-ink-2!">
                      {isPermission(permission)
                        ? described[permission].sentence[language]
                        : permission}
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
