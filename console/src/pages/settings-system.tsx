import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { request } from '../api/http.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Facts, Section } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Notice, Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { type AdminT, useAdminT } from '../state/admin-words.ts'
import { download } from '../state/download.ts'
import { SettingsForm } from './settings-installation.tsx'

interface Setting {
  readonly variable: string
  readonly value: unknown
  readonly isDefault: boolean
  readonly description: string
}

interface System {
  readonly version: string
  readonly time: string
  readonly database: 'sqlite' | 'postgres'
  readonly queue: { readonly due: number; readonly oldestDueAt: string | null }
  readonly nodes: readonly {
    readonly id: string
    readonly role: string
    readonly state: 'alive' | 'gone'
    readonly version: string
    readonly inFlight: number
    readonly answering: boolean
  }[]
  readonly settings: readonly Setting[]
}

/** With when it came, so that clocks can be compared. */
interface Read extends System {
  readonly readAt: number
}

/** Receivers refuse signatures that are five minutes old; a minute is worth saying. */
const clockOffMs = 60_000

function useSystem() {
  return useQuery({
    queryKey: ['system', document.documentElement.lang],
    queryFn: async (): Promise<Read> => ({
      ...(await request<System>('/installation')),
      readAt: Date.now(),
    }),
    refetchInterval: 15_000,
  })
}

/** Where requests may go: what is in force in words, and what owners change of it. */
export function NetworkSection() {
  const w = useAdminT()
  const system = useSystem()
  if (w === null || system.isPending) return <Loading rows={4} />
  if (system.data === undefined) {
    return (
      <Section title={w('network.title')}>
        <Failure error={system.error} onRetry={() => void system.refetch()} />
      </Section>
    )
  }
  return (
    <div id="network" tabIndex={-1}>
      <Section title={w('network.title')} description={w('network.text')}>
        <InForce system={system.data} w={w} />
        <SettingsForm section="network" />
      </Section>
    </div>
  )
}

/** How the server is: from its own settings, for administrators. */
export function InstallationSection() {
  const t = useT()
  const w = useAdminT()
  const system = useSystem()
  if (w === null || system.isPending) return <Loading rows={4} />
  if (system.data === undefined) {
    return (
      <Section title={t('settings.system')}>
        <Failure error={system.error} onRetry={() => void system.refetch()} />
      </Section>
    )
  }
  return <SystemSection system={system.data} unwell={system.isError} w={w} />
}

function settingOf({ settings }: System, variable: string): unknown {
  return settings.find((setting) => setting.variable === variable)?.value
}

function listed(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : ''
}

function InForce(props: { readonly system: System; readonly w: AdminT }) {
  const { system, w } = props
  const networks = listed(settingOf(system, 'POSTHORN_ALLOW_NETWORKS'))
  const hosts = listed(settingOf(system, 'POSTHORN_ALLOW_HOSTS'))
  const resolvers = listed(settingOf(system, 'POSTHORN_DNS_SERVERS'))
  const proxied = settingOf(system, 'POSTHORN_EGRESS_PROXY') !== null
  const httpsOnly = settingOf(system, 'POSTHORN_HTTPS_ONLY') === true
  const sentences = [
    httpsOnly ? w('network.httpsOnly') : w('network.http'),
    networks === '' ? w('network.private') : w('network.privateBut', { networks }),
    hosts === '' ? null : w('network.hosts', { hosts }),
    proxied ? w('network.proxied') : w('network.direct'),
    resolvers === '' ? w('network.resolver') : w('network.resolvers', { resolvers }),
  ]
  return (
    <ul className="flex max-w-3xl list-disc flex-col gap-1 pl-5">
      {sentences.map((sentence) => sentence !== null && <li key={sentence}>{sentence}</li>)}
    </ul>
  )
}

function SystemSection(props: {
  readonly system: Read
  readonly unwell: boolean
  readonly w: AdminT
}) {
  const t = useT()
  const formats = useFormats()
  const { system, w } = props
  const offMs = system.readAt - Date.parse(system.time)
  const changed = system.settings.filter(({ isDefault }) => !isDefault)
  return (
    <Section
      title={t('settings.system')}
      actions={
        <Button
          onClick={() =>
            download(
              `posthorn-${system.time.slice(0, 19).replaceAll(':', '')}.json`,
              'application/json',
              JSON.stringify(
                { ...system, browser: navigator.userAgent, page: location.href },
                null,
                2,
              ),
            )
          }
        >
          <Download size={14} aria-hidden /> {w('system.bundle')}
        </Button>
      }
    >
      {Math.abs(offMs) > clockOffMs && (
        <Notice
          tone="warn"
          title={w(offMs > 0 ? 'system.clockAhead' : 'system.clockBehind', {
            time: formats.duration(Math.abs(offMs)),
          })}
        >
          {w('system.clockText')}
        </Notice>
      )}
      <Facts
        facts={[
          [
            t('settings.server'),
            <Pill key="server" tone={props.unwell ? 'err' : 'ok'}>
              {props.unwell ? t('settings.unwell') : t('settings.well')}
            </Pill>,
          ],
          [
            w('system.version'),
            <span key="version" className="mono">
              {system.version}
            </span>,
          ],
          [w('system.database'), system.database === 'sqlite' ? w('system.sqlite') : 'PostgreSQL'],
          [w('system.backup'), <Backup key="backup" database={system.database} w={w} />],
          [
            w('system.queue'),
            <span key="queue">
              {w('system.due', { count: system.queue.due })}
              {system.queue.oldestDueAt !== null && (
                <>
                  {' · '}
                  <Time at={system.queue.oldestDueAt} />
                </>
              )}
            </span>,
          ],
          [
            w('system.nodes'),
            <ul key="nodes">
              {system.nodes.map((node) => (
                <li key={node.id} className="flex flex-wrap items-center gap-x-2">
                  <span className="mono break-all">{node.id}</span>
                  <Pill tone={node.state === 'alive' ? 'ok' : 'mute'}>
                    {w(node.state === 'alive' ? 'system.alive' : 'system.gone')}
                  </Pill>
                  <span className="text-ink-2">
                    {node.role} · {node.version} · {w('system.inFlight', { count: node.inFlight })}
                  </span>
                </li>
              ))}
            </ul>,
          ],
          [
            t('settings.api'),
            <a key="docs" className="link" href="/docs">
              /docs
            </a>,
          ],
        ]}
      />
      <details>
        <summary className="cursor-pointer">
          {w('system.changed', { count: changed.length })}
        </summary>
        <div className="overflow-x-auto pt-2">
          <table className="plain-table">
            <thead>
              <tr>
                <th>{w('system.setting')}</th>
                <th>{w('system.value')}</th>
                <th>{t('column.description')}</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((setting) => (
                <tr key={setting.variable}>
                  <td className="mono">{setting.variable}</td>
                  <td className="mono break-all">{textOf(setting.value)}</td>
                  <td className="text-ink-2">{setting.description}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  )
}

/** What is typed where the server runs: a page never hands out the whole database. */
function Backup(props: { readonly database: System['database']; readonly w: AdminT }) {
  const { database, w } = props
  const command =
    database === 'sqlite'
      ? 'npx posthorn backup posthorn-backup.db'
      : 'pg_dump -Fc -f posthorn.dump "$POSTHORN_DATABASE_URL"'
  return (
    <div>
      <span className="flex flex-wrap items-center gap-1">
        <code className="mono break-all">{command}</code>
        <CopyButton text={command} />
      </span>
      <span className="text-ink-2">{w('system.backupKeys')}</span>
    </div>
  )
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '–')
}
