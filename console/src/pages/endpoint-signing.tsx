import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { endpointSecret, getEndpointVerification, rotateSecret } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { SecretField, SelectField } from '../components/field.tsx'
import { Body, Section } from '../components/page.tsx'
import { Failure, Loaded } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { doctorEn } from '../messages/doctor-en.ts'
import { doctorEs } from '../messages/doctor-es.ts'
import { endpointName } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { EndpointDoctor } from './endpoint-doctor.tsx'
import { EndpointSnippets } from './endpoint-snippets.tsx'

const words = { en: doctorEn, es: doctorEs }

const overlaps = { '86400': 86_400, '3600': 3_600, '604800': 604_800, '0': 0 } as const
type Overlap = keyof typeof overlaps

/** The signing secret, how to verify with it, and rolling it without a gap. */
export function EndpointSigning(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const secret = useQuery({
    queryKey: ['endpoints', scope.application, 'secret', props.endpoint.id],
    queryFn: () => endpointSecret(scope.application, props.endpoint.id),
    staleTime: 0,
    gcTime: 0,
  })
  const hasDoctor = props.endpoint.signature !== 'logto-hmac'
  return (
    <Body>
      <Section title={t('signing.secret')} description={t('signing.help')}>
        <Loaded query={secret}>
          {(data) => (
            <div className="flex flex-col gap-4">
              <div className="max-w-2xl">
                <SecretField label={t('signing.secret')} value={data.signingKey ?? data.key} />
                {data.createdAt !== undefined && (
                  <p className="pt-1 text-ink-3 text-xs">
                    {w('signing.made')} <Time at={data.createdAt} />
                  </p>
                )}
                {hasDoctor && <LastVerified endpoint={props.endpoint.id} />}
              </div>
              {data.previousUntil !== undefined && (
                <Overlap until={Date.parse(data.previousUntil)} />
              )}
              {scope.may.rollSecrets && (
                <Roll
                  endpoint={props.endpoint}
                  atOnce={props.endpoint.signature === 'logto-hmac'}
                />
              )}
              <EndpointSnippets endpoint={props.endpoint.id} />
            </div>
          )}
        </Loaded>
      </Section>
      {hasDoctor && <EndpointDoctor endpoint={props.endpoint.id} />}
    </Body>
  )
}

/** When the server last knew that the secret in use verifies; receivers do not tell it. */
function LastVerified(props: { readonly endpoint: string }) {
  const w = useWords(words)
  const scope = useScope()
  const { data } = useQuery({
    queryKey: ['endpoints', scope.application, 'verification', props.endpoint],
    queryFn: () => getEndpointVerification(scope.application, props.endpoint),
    staleTime: 0,
  })
  if (data === undefined) return null
  return (
    <p className="text-ink-3 text-xs">
      {data.verifiedAt === null || data.by === null ? (
        w('signing.neverVerified')
      ) : (
        <>
          {w(`signing.verified.${data.by}`)} <Time at={data.verifiedAt} />
        </>
      )}
    </p>
  )
}

/** How long the old secret signs beside the new one. */
function Overlap(props: { readonly until: number }) {
  const w = useWords(words)
  const formats = useFormats()
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  if (props.until <= now) return null
  return (
    <Notice tone="info" title={w('signing.overlapLeft', { left: clockOf(props.until - now) })}>
      {w('signing.overlapText', { until: formats.full(props.until) })}
    </Notice>
  )
}

/** 23:59:07 */
function clockOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

function Roll(props: {
  readonly endpoint: EndpointOut
  /** Its signature has room for one key: the old one ends at once. */
  readonly atOnce: boolean
}) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const client = useQueryClient()
  const [overlap, setOverlap] = useState<Overlap>('86400')
  const [asking, setAsking] = useState(false)
  const seconds = props.atOnce ? 0 : overlaps[overlap]
  const roll = useMutation({
    mutationFn: () => rotateSecret(scope.application, props.endpoint.id, seconds),
    onSuccess: () => {
      setAsking(false)
      toast(
        seconds === 0
          ? t('signing.rolledAtOnce')
          : t('signing.rolled', { until: formats.full(Date.now() + seconds * 1000) }),
      )
      const stale = ['secret', 'verification'].map((of) => ['endpoints', scope.application, of])
      return Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })))
    },
  })
  const options: readonly { value: Overlap; label: string }[] = [
    { value: '86400', label: t('signing.overlap24h') },
    { value: '3600', label: t('signing.overlap1h') },
    { value: '604800', label: t('signing.overlap7d') },
    { value: '0', label: t('signing.overlapNone') },
  ]
  return (
    <div className="flex max-w-2xl flex-wrap items-end gap-2">
      {!props.atOnce && (
        <div className="min-w-56 flex-1">
          <SelectField
            label={t('signing.overlap')}
            value={overlap}
            options={options}
            onChange={setOverlap}
          />
        </div>
      )}
      <Button onClick={() => setAsking(true)}>
        <RefreshCw size={14} aria-hidden /> {t('signing.roll')}
      </Button>
      {asking && (
        <Confirm
          title={t('signing.rollTitle')}
          effect={
            seconds === 0
              ? t('signing.rollEffectNow')
              : t('signing.rollEffect', { time: formats.duration(seconds * 1000) })
          }
          verb={t('signing.roll')}
          copyAs={{
            cli: `posthorn endpoints roll ${props.endpoint.id} --grace ${seconds}s --app ${scope.application}`,
            request: {
              method: 'POST',
              path: `/app/${scope.application}/endpoint/${props.endpoint.id}/secret/rotate`,
              body: { gracePeriodSeconds: seconds },
            },
          }}
          danger={seconds === 0}
          {...(seconds === 0 ? { typeName: endpointName(props.endpoint) } : {})}
          busy={roll.isPending}
          error={roll.isError && <Failure error={roll.error} />}
          onClose={() => setAsking(false)}
          onConfirm={() => roll.mutate()}
        />
      )}
    </div>
  )
}
