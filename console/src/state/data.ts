/** Queries that several pages share. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { catalogText } from '../../../src/domain/event-type.ts'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { allOf, listEndpoints, listEventTypes, resend } from '../api/calls.ts'
import type { DeliveryOut, EndpointOut, EventTypeOut } from '../api/model.ts'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'

export function useEndpoints(application: string) {
  return useQuery({
    queryKey: ['endpoints', application],
    queryFn: () => allOf((iterator) => listEndpoints(application, { iterator })),
    refetchInterval: 10_000,
  })
}

/** Endpoints by id, for lists that name them. */
export function useEndpointMap(application: string): ReadonlyMap<string, EndpointOut> {
  const { data } = useEndpoints(application)
  return new Map(data?.map((endpoint) => [endpoint.id, endpoint]))
}

export function useEventTypes() {
  return useQuery({
    queryKey: ['event-types'],
    queryFn: () => allOf((iterator) => listEventTypes({ iterator, with_content: true })),
    staleTime: 60_000,
  })
}

/** What a row shows of its endpoint. */
export type EndpointShown = Pick<
  EndpointOut,
  'name' | 'metadata' | 'description' | 'url' | 'paused' | 'disabled'
>

/** What people call it: its name, else its description, else where it is. */
export function endpointName(
  endpoint: Omit<EndpointShown, 'paused' | 'disabled'> | undefined,
  id = '',
): string {
  if (endpoint === undefined) return id
  const name = endpoint.name ?? endpoint.metadata['name']
  if (typeof name === 'string' && name !== '') return name
  return endpoint.description === '' ? placeOf(endpoint.url) : endpoint.description
}

const placeMax = 44

/**
 * Host and path: a host with several endpoints tells them apart by the path. A long path is cut, whose
 * end often is a key that has no place in headings and notices.
 */
export function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    const place = pathname === '/' ? host : `${host}${pathname}`
    return place.length > placeMax ? `${place.slice(0, Math.max(host.length, placeMax))}…` : place
  } catch {
    return url
  }
}

export function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return url
  }
}

/** The text of a catalog in the person's language; falls back to the plain description. */
export function localizedText(
  eventType: EventTypeOut,
  part: 'label' | 'description',
  language: 'en' | 'es',
): string {
  const text = catalogText(eventType, part, language)
  if (text !== '') return text
  return part === 'description' ? eventType.description : ''
}

/** The example body of an event type, indented; null without one. */
export function exampleOf(eventType: EventTypeOut): string | null {
  const schema = newestSchema(eventType.schemas)
  if (typeof schema !== 'object' || schema === null) return null
  const examples: unknown = Reflect.get(schema, 'examples')
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined
  return example === undefined ? null : JSON.stringify(example, null, 2)
}

/** Resends deliveries one by one and says what came of it. */
export function useResend(application: string) {
  const t = useT()
  const client = useQueryClient()
  return useCallback(
    async (deliveries: readonly Pick<DeliveryOut, 'msgId' | 'endpointId'>[]): Promise<void> => {
      let sent = 0
      let failure: unknown = null
      for (const { msgId, endpointId } of deliveries) {
        try {
          await resend(application, msgId, endpointId)
          sent++
        } catch (error) {
          failure = error
        }
      }
      if (failure !== null) toastFailure(failure, t)
      if (sent > 0) toast(t('resend.done', { count: sent }))
      await client.invalidateQueries({ queryKey: ['deliveries', application] })
      await client.invalidateQueries({ queryKey: ['message', application] })
    },
    [application, client, t],
  )
}
