import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Pencil, Send } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { groupText } from '../../../src/domain/event-type.ts'
import { sampleIn } from '../../../src/domain/schema/sample.ts'
import { schemaVersions } from '../../../src/domain/schema/versions.ts'
import { getEventType } from '../api/calls.ts'
import type { EventTypeOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Body, Columns, Facts, Page } from '../components/page.tsx'
import { Loaded } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { useFormats, useLocalization, useT } from '../i18n.tsx'
import { localizedText } from '../state/data.ts'
import { usePreferences } from '../state/preferences.ts'
import { useScopeOrNull } from '../state/scope.tsx'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { FieldsTable } from './event-type-fields.tsx'

// Not for portals, and not in the first load.
const more = () => import('./event-type-more.tsx')
const EditType = lazy(async () => ({ default: (await more()).EditType }))
const Subscribers = lazy(async () => ({ default: (await more()).Subscribers }))
const SampleSection = lazy(async () => ({
  default: (await import('./event-type-code.tsx')).SampleSection,
}))
const DriftSection = lazy(async () => ({
  default: (await import('./event-type-drift.tsx')).DriftSection,
}))
const VersionsSection = lazy(async () => ({
  default: (await import('./event-type-versions.tsx')).VersionsSection,
}))

/** One event type: what it means, its fields, and a body as it would be sent. */
export function EventTypePage() {
  const t = useT()
  const scope = useScopeOrNull()
  const { name } = useParams({ strict: false }) as { readonly name: string } // of this route's path
  const { application } = usePreferences()
  const type = useQuery({ queryKey: ['event-types', name], queryFn: () => getEventType(name) })
  const portal = scope?.portal === true
  const maySend = useMay('send') && !portal
  const mayEdit = useMay('administer') && !portal
  const [search, change] = useUrlState()
  return (
    <Page
      title={name}
      back={{ to: portal ? `${scope.base}/catalog` : '/catalog', label: t('nav.catalog') }}
      context={<CopyButton text={name} label={t('copy.name')} />}
      actions={
        type.isSuccess && (
          <>
            {mayEdit && (
              <Button onClick={() => change({ dialog: 'edit' })}>
                <Pencil size={14} aria-hidden /> {t('eventType.edit')}
              </Button>
            )}
            {maySend && application !== null && (
              <Link
                to={`/app/${encodeURIComponent(application)}/messages`}
                search={{ dialog: 'send', event: name } as never}
                className="btn btn-primary"
              >
                <Send size={14} aria-hidden /> {t('eventType.send')}
              </Link>
            )}
          </>
        )
      }
    >
      <Loaded query={type}>
        {(data) => (
          <>
            <Detail type={data} application={portal ? null : application} />
            {mayEdit && search['dialog'] === 'edit' && (
              <Suspense>
                <EditType
                  type={data}
                  application={application}
                  inferFirst={search['infer'] === 'yes'}
                  onClose={() => change({ dialog: undefined, infer: undefined })}
                />
              </Suspense>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Detail(props: {
  readonly type: EventTypeOut
  /** Whose endpoints are named; null: nobody's. */
  readonly application: string | null
}) {
  const t = useT()
  const { language } = useLocalization()
  const formats = useFormats()
  const { type } = props
  const [search] = useUrlState()
  const versions = schemaVersions(type.schemas)
  const version = versions.find((one) => one === search['version']) ?? versions[0]
  const schema = version === undefined ? undefined : type.schemas?.[version]
  const sample = sampleIn(schema)
  const example = sample === undefined ? null : JSON.stringify(sample, null, 2)
  return (
    <Body wide>
      <div className="flex flex-col gap-3">
        <p className="max-w-3xl text-base">
          {localizedText(type, 'description', language) || t('eventType.noDescription')}
        </p>
        <Facts
          facts={[
            ['', type.name].includes(localizedText(type, 'label', language))
              ? null
              : [t('column.name'), localizedText(type, 'label', language)],
            type.groupName == null ? null : [t('column.group'), groupText(type, language)],
            versions.length > 1 && version !== undefined ? [t('eventType.version'), version] : null,
            type.deprecated
              ? [
                  t('column.status'),
                  <Pill key="deprecated" tone="warn">
                    {t('eventType.deprecated')}
                  </Pill>,
                ]
              : null,
            type.sunsetAt == null
              ? null
              : [t('eventType.sunset'), formats.day(Date.parse(type.sunsetAt))],
          ]}
        />
      </div>
      <Columns>
        <FieldsTable schema={schema} />
        <div className="flex flex-col gap-6">
          {props.application !== null && (
            <Suspense>
              <Subscribers type={type} application={props.application} />
            </Suspense>
          )}
          <Suspense>
            <SampleSection name={type.name} schema={schema} example={example} />
          </Suspense>
          {props.application !== null && (
            <Suspense>
              <DriftSection type={type} application={props.application} />
            </Suspense>
          )}
          {versions.length > 1 && (
            <Suspense>
              <VersionsSection type={type} />
            </Suspense>
          )}
          {schema !== undefined && (
            <details>
              <summary className="mb-2 font-[550]">JSON Schema</summary>
              <JsonView text={JSON.stringify(schema, null, 2)} label="JSON Schema" />
            </details>
          )}
        </div>
      </Columns>
    </Body>
  )
}
