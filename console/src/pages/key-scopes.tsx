import {
  isPermission,
  type Permission,
  type PermissionGroup,
  permissionGroups,
  permissionNames,
  permissions,
} from '../../../src/domain/permission.ts'
import type { ApiKeyOut } from '../api/key-calls.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { keysEn } from '../messages/keys-en.ts'
import { keysEs } from '../messages/keys-es.ts'
import { useWords } from '../state/words.ts'

export const keyWords = { en: keysEn, es: keysEs }

/** Names by their groups, in the order in which they are told. */
function inGroups(
  names: readonly string[],
): readonly (readonly [PermissionGroup, readonly Permission[]])[] {
  const known = permissionNames.filter((name) => names.includes(name))
  const groups = Object.keys(permissionGroups) as PermissionGroup[] // its own keys
  return groups
    .map((group) => [group, known.filter((name) => permissions[name].group === group)] as const)
    .filter(([, of]) => of.length > 0)
}

/** Boxes to choose permissions by, in groups; only what the caller may give is offered. */
export function ScopeBoxes(props: {
  readonly offered: readonly string[]
  readonly chosen: readonly string[]
  readonly error: string | undefined
  readonly onChange: (chosen: readonly string[]) => void
}) {
  const { language } = useLocalization()
  const w = useWords(keyWords)
  const { chosen, onChange } = props
  return (
    <fieldset className="flex flex-col gap-3" aria-describedby="scopes-error">
      <legend className="mb-1 font-[550]">{w('key.custom')}</legend>
      {inGroups(props.offered).map(([group, names]) => (
        <fieldset key={group} className="flex flex-col">
          <legend className="text-ink-3 text-xs">{permissionGroups[group][language]}</legend>
          {names.map((name) => (
            <label key={name} className="flex min-h-8 cursor-pointer items-center gap-2">
              <input
                type="checkbox"
                className="checkbox flex-none"
                aria-invalid={props.error !== undefined || undefined}
                checked={chosen.includes(name)}
                onChange={({ target }) =>
                  onChange(
                    target.checked ? [...chosen, name] : chosen.filter((one) => one !== name),
                  )
                }
              />
              <span className="min-w-0">
                {permissions[name].sentence[language]}{' '}
                <span className="mono text-ink-3 text-xs">{name}</span>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      {props.error !== undefined && (
        <p id="scopes-error" className="text-err text-xs" role="alert">
          {props.error}
        </p>
      )}
    </fieldset>
  )
}

/** All that a key may, in words. */
export function KeyRights(props: { readonly apiKey: ApiKeyOut; readonly onClose: () => void }) {
  const t = useT()
  const w = useWords(keyWords)
  const { language } = useLocalization()
  const { apiKey } = props
  const unknown = apiKey.scopes.filter((name) => !isPermission(name))
  return (
    <Dialog
      title={w('key.rights', { name: apiKey.name })}
      copyAs={{ cli: 'posthorn keys ls', request: { path: '/api-key' } }}
      onClose={props.onClose}
      footer={<Button onClick={props.onClose}>{t('action.close')}</Button>}
    >
      <div className="flex flex-col gap-3">
        {inGroups(apiKey.scopes).map(([group, names]) => (
          <section key={group}>
            <h3 className="text-ink-3 text-xs">{permissionGroups[group][language]}</h3>
            <ul>
              {names.map((name) => (
                <li key={name}>
                  {permissions[name].sentence[language]}{' '}
                  <span className="mono text-ink-3 text-xs">{name}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {unknown.length > 0 && <p className="mono">{unknown.join(', ')}</p>}
      </div>
    </Dialog>
  )
}
