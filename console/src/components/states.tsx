import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { type MessageKey, type T, useT } from '../i18n.tsx'
import { Button, CopyButton } from './button.tsx'
import { Notice } from './status.tsx'
import { RequestName, toast } from './toast.tsx'

/** Nothing here yet: one sentence, one thing to do, one command to copy. */
export function Empty(props: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
  readonly command?: string | undefined
}) {
  const t = useT()
  return (
    <div className="mx-auto flex w-full max-w-lg flex-col items-center gap-3 px-4 py-12 text-center">
      <h2 className="text-lg">{props.title}</h2>
      {props.children !== undefined && <div className="text-ink-2 text-base">{props.children}</div>}
      {props.action !== undefined && (
        <div className="flex flex-wrap justify-center gap-2">{props.action}</div>
      )}
      {props.command !== undefined && (
        <div className="mt-2 flex max-w-full items-center gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 text-left [overflow-wrap:anywhere]">{props.command}</code>
          <CopyButton text={props.command} label={t('copy.command')} />
        </div>
      )}
    </div>
  )
}

/** What happened and what to do. The code is there for support; the sentence is translated. */
export function Failure(props: { readonly error: unknown; readonly onRetry?: () => void }) {
  const t = useT()
  const error = props.error
  return (
    <Notice
      tone="err"
      title={errorSentence(error, t)}
      actions={
        props.onRetry === undefined ? undefined : (
          <Button onClick={props.onRetry}>{t('action.tryAgain')}</Button>
        )
      }
    >
      {error instanceof ApiError && error.status !== 0 && (
        <p className="text-ink-2">
          {error.status} · <code>{error.code}</code>
          {error.detail !== '' && !saidAlready.has(error.code) && <> · {error.detail}</>}
          {error.requestId !== null && (
            <>
              {' '}
              <RequestName id={error.requestId} />
            </>
          )}
        </p>
      )}
    </Notice>
  )
}

/** Says that something failed, with the request's name to copy. */
export function toastFailure(error: unknown, t: T): void {
  const requestId = error instanceof ApiError ? error.requestId : null
  toast(errorSentence(error, t), { tone: 'err', ...(requestId === null ? {} : { requestId }) })
}

/** Codes whose detail adds nothing to the translated sentence. */
const saidAlready: ReadonlySet<string> = new Set([
  'authentication_failed',
  'insufficient access',
  'not_found',
  'rate_limited',
])

const sentences: Readonly<Record<string, MessageKey>> = {
  unreachable: 'error.unreachable',
  authentication_failed: 'error.signedOut',
  'insufficient access': 'error.forbidden',
  not_found: 'error.notFound',
  conflict: 'error.conflict',
  event_type_exists: 'error.eventTypeExists',
  payload_too_large: 'error.payloadTooLarge',
  rate_limited: 'error.rateLimited',
  unavailable: 'error.unavailable',
  missing_payload: 'error.payloadGone',
  payload_gone: 'error.payloadGone',
  validation: 'error.validation',
}

export function errorSentence(error: unknown, t: (key: MessageKey) => string): string {
  if (!(error instanceof ApiError)) return t('error.unexpected')
  const key = sentences[error.code]
  if (key !== undefined) return t(key)
  return error.status >= 500 ? t('error.server') : t('error.refused')
}

/** Skeletons come only after 200 ms: a fast answer never flickers. */
export function Loading(props: { readonly rows?: number }) {
  const t = useT()
  const [visible, setVisible] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setVisible(true), 200)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status" data-loading className="flex flex-col gap-2 p-4">
      <span className="sr-only">{t('state.loading')}</span>
      {visible &&
        Array.from({ length: props.rows ?? 4 }, (_, row) => (
          <div
            key={`skeleton-${row.toString()}`}
            className="h-7 animate-pulse rounded-sm bg-mute-soft"
          />
        ))}
    </div>
  )
}

/** Loading, error and content of one query, each designed once. */
export function Loaded<Data>(props: {
  readonly query: UseQueryResult<Data>
  readonly children: (data: Data) => ReactNode
}) {
  const { query } = props
  if (query.data !== undefined) return props.children(query.data)
  if (query.isError) {
    return (
      <div className="p-4">
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return <Loading />
}
