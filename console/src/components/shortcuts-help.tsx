import { type MessageKey, useT } from '../i18n.tsx'
import { setPreferences, usePreferences } from '../state/preferences.ts'
import { Dialog } from './dialog.tsx'
import { Toggle } from './field.tsx'

const groups: readonly {
  readonly title: MessageKey
  readonly keys: readonly (readonly [keys: string, label: MessageKey])[]
}[] = [
  {
    title: 'help.everywhere',
    keys: [
      ['Ctrl K', 'help.palette'],
      ['/', 'help.search'],
      ['?', 'help.help'],
      ['g o', 'nav.overview'],
      ['g d', 'nav.deliveries'],
      ['g m', 'nav.messages'],
      ['g e', 'nav.endpoints'],
      ['g c', 'nav.catalog'],
      ['g i', 'nav.inspector'],
    ],
  },
  {
    title: 'help.inList',
    keys: [
      ['↑ ↓ k j', 'help.move'],
      ['Home End', 'help.ends'],
      ['Shift ↑ ↓', 'help.range'],
      ['Space', 'help.select'],
      ['Enter', 'help.openPanel'],
      ['Ctrl Enter', 'help.openTab'],
      ['r', 'action.resend'],
      ['c', 'help.copyId'],
      ['.', 'help.actions'],
      ['Esc', 'help.close'],
    ],
  },
  {
    title: 'help.inAttempt',
    keys: [
      ['[ ]', 'help.attempts'],
      ['d', 'help.compare'],
    ],
  },
]

export default function ShortcutsHelp(props: { readonly onClose: () => void }) {
  const t = useT()
  const { singleKeys } = usePreferences()
  return (
    <Dialog title={t('help.title')} copyAs={null} onClose={props.onClose}>
      <div className="flex flex-col gap-4">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1 text-ink-3 text-xs">{t(group.title)}</h3>
            <dl className="grid grid-cols-[7rem_1fr] gap-y-1">
              {group.keys.map(([keys, label]) => (
                <div key={keys} className="contents">
                  <dt>
                    <kbd className="rounded-sm border border-line px-1">{keys}</kbd>
                  </dt>
                  <dd>{t(label)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <Toggle
          label={t('help.singleKeys')}
          help={t('help.singleKeysHelp')}
          checked={singleKeys}
          onChange={(on) => setPreferences({ singleKeys: on })}
        />
      </div>
    </Dialog>
  )
}
