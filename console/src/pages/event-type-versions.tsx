/** What changed between two versions of an event type's schema, and whether receivers notice. */
import { useId } from 'react'
import { type SchemaChange, schemaChanges } from '../../../src/domain/schema/changes.ts'
import { schemaVersions } from '../../../src/domain/schema/versions.ts'
import type { EventTypeOut } from '../api/model.ts'
import { Section } from '../components/page.tsx'
import { Pill } from '../components/status.tsx'
import { type AdminT, useAdminT } from '../state/admin-words.ts'
import type { Tone } from '../state/delivery-status.ts'
import { useUrlState } from '../state/url.ts'

export function VersionsSection(props: { readonly type: EventTypeOut }) {
  const w = useAdminT()
  const [search, change] = useUrlState()
  const { schemas } = props.type
  const versions = schemaVersions(schemas)
  const [newest = '', older = ''] = versions
  if (w === null || versions.length < 2) return null
  const known = (name: string | undefined, other: string): string =>
    name !== undefined && versions.includes(name) ? name : other
  const to = known(search['version'], newest)
  const from = known(search['against'], to === older ? newest : (nextOlder(versions, to) ?? older))
  const changes = schemaChanges(schemas?.[from], schemas?.[to])
  const breaking = changes.filter((one) => one.breaking).length
  return (
    <Section title={w('versions.title')}>
      <div className="flex flex-wrap items-end gap-3">
        <VersionSelect
          label={w('versions.from')}
          value={from}
          versions={versions}
          onChange={(against) => change({ against })}
        />
        <VersionSelect
          label={w('versions.to')}
          value={to}
          versions={versions}
          onChange={(version) => change({ version })}
        />
      </div>
      <p role="status">
        {changes.length === 0 ? (
          w('versions.same')
        ) : (
          <>
            <Pill tone={breaking > 0 ? 'err' : 'ok'}>
              {w(breaking > 0 ? 'versions.breaks' : 'versions.safe')}
            </Pill>{' '}
            {w('versions.changes', { count: changes.length })}
          </>
        )}
      </p>
      {changes.length > 0 && (
        <ul className="flex flex-col divide-y divide-line border-line border-y">
          {changes.map((one) => (
            <ChangeLine key={`${one.path} ${one.kind}`} change={one} w={w} />
          ))}
        </ul>
      )}
    </Section>
  )
}

/** Newest first: the one behind it is the version before. */
function nextOlder(versions: readonly string[], version: string): string | undefined {
  return versions[versions.indexOf(version) + 1]
}

const tones: Readonly<Record<SchemaChange['kind'], Tone>> = {
  ...{ added: 'ok', removed: 'err', type: 'warn' },
  ...{ required: 'info', optional: 'warn', values: 'warn' },
}

function ChangeLine(props: { readonly change: SchemaChange; readonly w: AdminT }) {
  const { change, w } = props
  const { kind, path, before, after } = change
  const moves = (kind === 'type' || kind === 'values') && before !== after
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1 py-1.5">
      <Pill tone={tones[kind]}>{w(`versions.${kind}`)}</Pill>
      <span className="mono break-all">{path === '' ? w('versions.whole') : path}</span>
      <span className="mono break-all text-ink-2">
        {moves ? `${before} → ${after}` : after === '' ? before : after}
      </span>
      {change.breaking && <span className="text-err text-xs">{w('versions.breaking')}</span>}
    </li>
  )
}

function VersionSelect(props: {
  readonly label: string
  readonly value: string
  readonly versions: readonly string[]
  readonly onChange: (version: string) => void
}) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-ink-3 text-xs">
        {props.label}
      </label>
      <select
        id={id}
        className="input min-w-24"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.versions.map((version) => (
          <option key={version} value={version}>
            {version}
          </option>
        ))}
      </select>
    </div>
  )
}
