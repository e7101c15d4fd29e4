import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { deleteApplication, patchApplication } from '../api/calls.ts'
import { request } from '../api/http.ts'
import type { ApplicationOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { SelectField, TextField, Toggle } from '../components/field.tsx'
import { Changeable, ReadOnlyReason } from '../components/guarded.tsx'
import { Body, Facts, Page, Section } from '../components/page.tsx'
import { Failure, Loaded, toastFailure } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { settingsEn } from '../messages/settings-en.ts'
import { settingsEs } from '../messages/settings-es.ts'
import { useApplications } from '../shell.tsx'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { setPreferences, usePreferences } from '../state/preferences.ts'
import { profileNames } from '../state/profiles.ts'
import { useMay, useMayHere, useSeesAll } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { Overtaken } from './save-bar.tsx'
import { SettingsSection } from './settings-installation.tsx'
import { MaskingSection } from './settings-masking.tsx'
import { NoticesSection } from './settings-notices.tsx'
import { OnPage } from './settings-on-page.tsx'
import type { ProfileFit } from './settings-switch.tsx'
import { InstallationSection, NetworkSection } from './settings-system.tsx'

const words = { en: settingsEn, es: settingsEs }

const SwitchDialog = lazy(() => import('./settings-switch.tsx'))

/** The application in hand, this browser's choices, and how the server is. */
export function SettingsPage() {
  const t = useT()
  const { application } = usePreferences()
  const applications = useApplications()
  const all = useSeesAll()
  const mayInstallation = useMay('read-configuration')
  const may = useMayHere('administer')
  const found = currentOf(applications.data?.data ?? [], application)
  // One that somebody else deleted is not replaced by another under what is typed.
  const [held, setHeld] = useState({ of: application, shown: found })
  const [ended, setEnded] = useState<string | null>(null)
  const gone =
    held.of === application &&
    held.shown !== undefined &&
    held.shown.id !== ended &&
    !isListed(held.shown, applications.data?.data)
  if (!gone && held.shown !== found) setHeld({ of: application, shown: found })
  const current = gone ? held.shown : found
  return (
    <Page title={t('nav.settings')} gone={gone}>
      <Body>
        {!may && <ReadOnlyReason />}
        {mayInstallation && <OnPage />}
        <Loaded query={applications}>
          {() =>
            current !== undefined && (
              <Changeable when={may}>
                <ApplicationSection key={current.id} application={current} onDeleted={setEnded} />
                <SwitchesSection key={`${current.id}/switches`} application={current.id} />
              </Changeable>
            )
          }
        </Loaded>
        {mayInstallation && (
          <>
            <SettingsSection section="environment" />
            <SettingsSection section="delivery" />
            <SettingsSection section="signing" />
            <SettingsSection section="retention" />
          </>
        )}
        {all && applications.data !== undefined && (
          <div id="redaction" tabIndex={-1}>
            <MaskingSection
              application={currentOf(applications.data.data, application)?.id ?? null}
            />
          </div>
        )}
        {mayInstallation && <NetworkSection />}
        {all && <NoticesSection />}
        {mayInstallation && <SettingsSection section="portal" />}
        <div id="browser" tabIndex={-1}>
          <BrowserSection />
        </div>
        <div id="system" tabIndex={-1}>
          {mayInstallation ? <InstallationSection /> : <SystemSection />}
        </div>
      </Body>
    </Page>
  )
}

function currentOf(
  list: readonly ApplicationOut[],
  name: string | null,
): ApplicationOut | undefined {
  return list.find((one) => one.uid === name || one.id === name) ?? list[0]
}

const isListed = (one: ApplicationOut, list: readonly ApplicationOut[] | undefined): boolean =>
  list === undefined || list.some(({ id }) => id === one.id)

function ApplicationSection(props: {
  readonly application: ApplicationOut
  /** By this person, here. */
  readonly onDeleted: (id: string) => void
}) {
  const t = useT()
  const client = useQueryClient()
  const { application } = props
  const edit = useDraft({
    stored: { name: application.name, profile: application.profile ?? 'standard' },
    version: application.updatedAt,
  })
  const { draft, setDraft } = edit
  const { name, profile } = draft
  const may = useMayHere('administer')
  const [deleting, setDeleting] = useState(false)
  const [misfit, setMisfit] = useState<ProfileFit | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: ['applications'] })
  const save = useMutation({
    mutationFn: async (patch: Patch) => {
      const { force = false, ifMatch, ...fields } = patch
      const fit = force ? null : await misfitOf(application, fields.profile)
      if (fit === null) {
        const how = { force, ...(ifMatch === undefined ? {} : { ifMatch }) }
        const saved = await patchApplication(application.id, fields, how)
        if (fields.name !== undefined) edit.settle({ name, profile }, saved.updatedAt)
      }
      return fit
    },
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: (fit) => {
      setMisfit(fit)
      if (fit !== null) return undefined
      toast(t('form.saved'))
      return refresh()
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteApplication(application.id),
    onSuccess: () => {
      props.onDeleted(application.id)
      setPreferences({ application: null })
      return refresh()
    },
  })
  return (
    <Section title={t('settings.application', { name: application.name })}>
      <div className="max-w-2xl rounded-md border border-line bg-surface p-3">
        <Toggle
          label={t('settings.master')}
          help={t('settings.masterHelp')}
          checked={application.enabled !== false}
          onChange={(enabled) => save.mutate({ enabled })}
        />
      </div>
      <form
        className="flex max-w-2xl flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate({ name: name.trim(), profile, ifMatch: edit.version })
        }}
      >
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        <TextField
          label={t('column.name')}
          value={name}
          onChange={(typed) => setDraft({ ...draft, name: typed })}
        />
        <SelectField
          label={t('application.profile')}
          help={t('application.profileHelp')}
          value={profile}
          options={Object.entries(profileNames).map(([value, label]) => ({ value, label }))}
          onChange={(chosen) => setDraft({ ...draft, profile: chosen })}
        />
        {may && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" kind="primary" busy={save.isPending}>
              {t('form.save')}
            </Button>
            {edit.dirty && (
              <CopyAs
                of={t('settings.application', { name: application.name })}
                request={{
                  method: 'PATCH',
                  path: `/app/${application.id}`,
                  body: { name: name.trim(), profile },
                }}
                withoutUrl
              />
            )}
            <Button kind="danger" onClick={() => setDeleting(true)}>
              {t('application.delete')}
            </Button>
          </div>
        )}
      </form>
      {misfit !== null && (
        <Suspense>
          <SwitchDialog
            application={application.id}
            fit={misfit}
            name={name.trim()}
            busy={save.isPending}
            onClose={() => setMisfit(null)}
            onConfirm={() => save.mutate({ name: name.trim(), profile, force: true })}
          />
        </Suspense>
      )}
      {deleting && (
        <Confirm
          title={t('application.deleteTitle', { name: application.name })}
          effect={t('application.deleteEffect')}
          verb={t('application.deleteVerb')}
          copyAs={{
            cli: `posthorn apps rm ${application.id} --yes`,
            request: { method: 'DELETE', path: `/app/${application.id}` },
          }}
          typeName={application.name}
          danger
          busy={remove.isPending}
          error={remove.isError && <Failure error={remove.error} />}
          onClose={() => setDeleting(false)}
          onConfirm={() => remove.mutate()}
        />
      )}
    </Section>
  )
}

interface Patch extends Partial<ApplicationOut> {
  /** The profile is changed although endpoints do not fit it. */
  readonly force?: boolean
  /** The `updatedAt` that was read. */
  readonly ifMatch?: string
}

/** Null: the profile stays, or every endpoint fits the new one. */
async function misfitOf(
  application: ApplicationOut,
  profile: string | undefined,
): Promise<ProfileFit | null> {
  if (profile === undefined || profile === (application.profile ?? 'standard')) return null
  const { getProfileFit } = await import('./settings-switch.tsx')
  const fit = await getProfileFit(application.id, profile)
  return fit.misfitCount === 0 ? null : fit
}

interface Switches {
  readonly waitForResponse: boolean
  readonly restHooks: boolean
}

function SwitchesSection(props: { readonly application: string }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const path = `/app/${props.application}/settings`
  const queryKey = ['applications', props.application, 'settings']
  const switches = useQuery({ queryKey, queryFn: () => request<Switches>(path) })
  const save = useMutation({
    mutationFn: (body: Partial<Switches>) => request<Switches>(path, { method: 'PATCH', body }),
    onSuccess: (saved) => {
      client.setQueryData(queryKey, saved)
      toast(t('form.saved'))
    },
    onError: (error) => toastFailure(error, t),
  })
  return (
    <Section title={w('settings.switches')}>
      <Loaded query={switches}>
        {(data) => (
          <div className="flex max-w-2xl flex-col gap-4 rounded-md border border-line bg-surface p-3">
            {(['waitForResponse', 'restHooks'] as const).map((name) => (
              <Toggle
                key={name}
                label={w(`settings.${name}`)}
                help={w(`settings.${name}Help`)}
                checked={data[name]}
                onChange={(on) => save.mutate({ [name]: on })}
              />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  )
}

export function BrowserSection() {
  const t = useT()
  const { language, theme, zone, singleKeys } = usePreferences()
  return (
    <Section title={t('settings.browser')} description={t('settings.browserHelp')}>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-3">
        <SelectField
          label={t('language.label')}
          value={language}
          options={[
            { value: 'en', label: 'English' },
            { value: 'es', label: 'Español' },
          ]}
          onChange={(value) => setPreferences({ language: value })}
        />
        <SelectField
          label={t('theme.label')}
          value={theme}
          options={[
            { value: 'system', label: t('theme.system') },
            { value: 'light', label: t('theme.light') },
            { value: 'dark', label: t('theme.dark') },
          ]}
          onChange={(value) => setPreferences({ theme: value })}
        />
        <SelectField
          label={t('zone.label')}
          value={zone}
          options={[
            { value: 'local', label: t('zone.local') },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={(value) => setPreferences({ zone: value })}
        />
      </div>
      <Toggle
        label={t('help.singleKeys')}
        help={t('help.singleKeysHelp')}
        checked={singleKeys}
        onChange={(on) => setPreferences({ singleKeys: on })}
      />
    </Section>
  )
}

/** For those who may not see how the installation is set up. */
function SystemSection() {
  const t = useT()
  const health = useQuery({
    queryKey: ['health'],
    queryFn: () => request<unknown>('/health'),
    refetchInterval: 10_000,
  })
  return (
    <Section title={t('settings.system')}>
      <Facts
        facts={[
          [
            t('settings.server'),
            <Pill key="server" tone={health.isError ? 'err' : 'ok'}>
              {health.isError ? t('settings.unwell') : t('settings.well')}
            </Pill>,
          ],
          [
            t('settings.api'),
            <a key="docs" className="link" href="/docs">
              /docs
            </a>,
          ],
        ]}
      />
    </Section>
  )
}
