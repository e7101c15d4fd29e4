/** Sections of settings that owners change while the server runs; what the environment fixes is shown as fixed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import {
  getSettings,
  type InstallationSettings,
  patchSettings,
  type Setting,
  type SettingSection,
} from '../api/installation-calls.ts'
import { Changes } from '../components/changes.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Section } from '../components/page.tsx'
import { Failure, Loaded } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { installationEn } from '../messages/installation-en.ts'
import { installationEs } from '../messages/installation-es.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useMay } from '../state/session.tsx'
import { changesOf, isWrong, sectionOf, type Texts, textsOf } from '../state/setting-texts.ts'
import { useWords } from '../state/words.ts'
import { fault, Overtaken, SaveBar } from './save-bar.tsx'
import { SettingField } from './settings-field.tsx'

const words = { en: installationEn, es: installationEs }

/** Descriptions come in the language of the page. */
const keyNow = () => ['installation-settings', document.documentElement.lang]

export function SettingsSection(props: {
  readonly section: Exclude<SettingSection, 'network'>
  readonly children?: ReactNode
}) {
  const w = useWords(words)
  const { section } = props
  return (
    <div id={section} tabIndex={-1}>
      <Section title={w(`section.${section}`)} description={w(`section.${section}.text`)}>
        <SettingsForm section={section} />
        {props.children}
      </Section>
    </div>
  )
}

/** The form of a section alone, where the section says more than its settings. */
export function SettingsForm(props: { readonly section: SettingSection }) {
  const query = useQuery({ queryKey: keyNow(), queryFn: getSettings })
  return (
    <Loaded query={query}>
      {(data) => <Form key={props.section} all={data} section={props.section} />}
    </Loaded>
  )
}

const versionOf = (texts: Texts): string => JSON.stringify(texts)

function Form(props: { readonly all: InstallationSettings; readonly section: SettingSection }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const may = useMay('manage-settings') && !props.all.locked
  const settings = sectionOf(props.all, props.section)
  const stored = textsOf(settings)
  const edit = useDraft({ stored, version: versionOf(stored) })
  const { draft, setDraft } = edit
  const changes = changesOf(settings, draft)
  const save = useMutation({
    async mutationFn() {
      // The sections share one version: what others changed elsewhere does not stop this one.
      const now = await client.fetchQuery({
        queryKey: keyNow(),
        queryFn: getSettings,
        staleTime: 0,
      })
      const theirs = versionOf(textsOf(sectionOf(now, props.section)))
      return theirs === edit.version ? patchSettings(changes, now.updatedAt) : null
    },
    onSuccess(saved) {
      if (saved === null) return
      const texts = textsOf(sectionOf(saved, props.section))
      client.setQueryData(keyNow(), saved)
      void client.invalidateQueries({ queryKey: ['system'] })
      edit.settle(texts, versionOf(texts))
      setDraft(texts)
      toast(t('form.saved'))
    },
  })
  const [removing, setRemoving] = useState(false)
  const form = useFocusOnRefusal(save.error)
  const elsewhere = save.isError && !settings.some(({ name }) => fault(save.error, name))
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (settings.some(({ name }) => isWrong(name, draft[name] ?? ''))) return // the fields say so
    if (keepsLess(stored, draft)) setRemoving(true)
    else if (Object.keys(changes).length > 0) save.mutate()
  }
  return (
    <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
      {props.all.locked && <p className="text-ink-2">{w('set.locked')}</p>}
      <Overtaken edit={edit} />
      {elsewhere && <Failure error={save.error} />}
      {settings.map((setting) => (
        <SettingField
          key={setting.name}
          setting={setting}
          value={draft[setting.name] ?? ''}
          locked={!may}
          error={fault(save.error, setting.name)}
          onChange={(value) => setDraft({ ...draft, [setting.name]: value })}
        />
      ))}
      <Changes changes={shownChanges({ settings, stored, draft, w })} />
      <SaveBar
        dirty={edit.dirty}
        busy={save.isPending}
        onDiscard={edit.discard}
        may={may}
        copyAs={copied(changes)}
      />
      {removing && (
        <Confirm
          title={w('retention.title')}
          effect={w('retention.effect')}
          verb={w('retention.verb')}
          copyAs={{ ...copied(changes), withoutUrl: true }}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={() => {
            setRemoving(false)
            save.mutate()
          }}
        />
      )}
    </form>
  )
}

/** Data would go for good. */
function keepsLess(stored: Texts, draft: Texts): boolean {
  return ['retentionDays', 'auditDays'].some((name) => Number(draft[name]) < Number(stored[name]))
}

function shownChanges(input: {
  readonly settings: readonly Setting[]
  readonly stored: Texts
  readonly draft: Texts
  readonly w: ReturnType<typeof useWords<typeof installationEn>>
}) {
  const { settings, stored, draft, w } = input
  return settings.map(({ name }) => ({
    label: w(`set.${name}` as 'set.wrong'), // each setting has its label
    before: stored[name] ?? '',
    after: draft[name] ?? '',
  }))
}

function copied(body: Readonly<Record<string, unknown>>) {
  const [first] = Object.entries(body)
  const one = Object.keys(body).length === 1 && first !== undefined
  return {
    ...(one ? { cli: cliOf(first[0], first[1]) } : {}),
    request: { method: 'PATCH' as const, path: '/installation/settings', body },
  }
}

function cliOf(name: string, value: unknown): string {
  if (value === null) return `posthorn settings unset ${name}`
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return `posthorn settings set ${name} ${shellQuoted(text)}`
}
