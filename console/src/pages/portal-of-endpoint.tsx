/** Sections of the portal about one endpoint that is chosen there: its check-up, and its snippets. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { listEndpoints } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { SelectField } from '../components/field.tsx'
import { Body, Page, Section } from '../components/page.tsx'
import { Empty, Loaded } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { PortalText } from '../portal-text.tsx'
import { endpointName } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { EndpointCheckup } from './endpoint-checkup.tsx'
import { EndpointSnippets } from './endpoint-snippets.tsx'

export function PortalCheckup() {
  const t = useT()
  const { may } = useScope()
  if (!may.manageEndpoints) {
    return (
      <Page title={t('checkup.tab')}>
        <Empty title={t('error.forbidden')}>{t('may.notThisPage')}</Empty>
      </Page>
    )
  }
  return (
    <OfEndpoint title={t('checkup.tab')}>
      {(endpoint) => <EndpointCheckup key={endpoint.id} endpoint={endpoint} />}
    </OfEndpoint>
  )
}

export function PortalSnippets() {
  const t = useT()
  return (
    <OfEndpoint title={t('portal.snippets')}>
      {(endpoint) => (
        <Body>
          <Section title={t('signing.verify')}>
            <EndpointSnippets key={endpoint.id} endpoint={endpoint.id} />
          </Section>
        </Body>
      )}
    </OfEndpoint>
  )
}

function OfEndpoint(props: {
  readonly title: string
  readonly children: (endpoint: EndpointOut) => ReactNode
}) {
  const t = useT()
  const { application, base, may } = useScope()
  const [search, change] = useUrlState()
  const endpoints = useQuery({
    queryKey: ['endpoints', application],
    queryFn: async () => (await listEndpoints(application)).data,
  })
  return (
    <Page title={props.title}>
      <Loaded query={endpoints}>
        {(all) => {
          const chosen = all.find(({ id }) => id === search['endpoint']) ?? all[0]
          if (chosen === undefined) {
            return (
              <Empty
                title={t('endpoints.none')}
                action={
                  may.manageEndpoints && (
                    <Link to={`${base}/endpoints/new`} className="btn btn-primary">
                      {t('endpoint.create')}
                    </Link>
                  )
                }
              >
                <PortalText name="noEndpoints">{t('endpoints.noneText')}</PortalText>
              </Empty>
            )
          }
          return (
            <>
              <div className="max-w-xl px-5 pt-4 max-sm:px-3">
                <SelectField
                  label={t('endpoint.title')}
                  value={chosen.id}
                  options={all.map((one) => ({ value: one.id, label: endpointName(one) }))}
                  onChange={(id) => change({ endpoint: id })}
                />
              </div>
              {props.children(chosen)}
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
