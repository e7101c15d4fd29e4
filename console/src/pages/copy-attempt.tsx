import { useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { getAttempt, signAgain } from '../api/calls.ts'
import type { AttemptOut } from '../api/model.ts'
import { CopyButton, copyText } from '../components/button.tsx'
import { Menu } from '../components/menu.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import { attemptHar, curlOf, fetchOf, httpieOf, rawOf, signedNow } from '../state/attempt-as.ts'
import { bodyQuery, useBody } from '../state/attempt-body.ts'
import { download } from '../state/download.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: deliveryEn, es: deliveryEs }

/** The request as it was sent, or signed anew, for other tools. */
export function CopyAttempt(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const { attempt } = props
  const { application } = scope
  const isGone = useBody(attempt)?.body === null
  /** Lists leave the headers out. */
  const whole = (): Promise<AttemptOut> =>
    attempt.requestHeaders === undefined
      ? getAttempt(application, attempt.msgId, attempt.id)
      : Promise.resolve(attempt)
  const written = (write: typeof curlOf) => async () => {
    const { body } = await client.fetchQuery(bodyQuery(application, attempt))
    return write(await whole(), body ?? '')
  }
  const again = async (): Promise<string> => {
    const made = await signAgain(application, attempt, false)
    return curlOf(signedNow(await whole(), made.headers), made.body)
  }
  const handed = (give: () => Promise<void>) => () =>
    void give().catch((error: unknown) => toastFailure(error, t))
  const copied = (text: () => Promise<string>) =>
    handed(async () => {
      await copyText(await text())
      toast(t('copy.copied'))
    })
  const saved = handed(async () =>
    download(`${attempt.id}.har`, 'application/json', await written(attemptHar)()),
  )
  if (isGone) return null // another body would not go with this signature
  return (
    <>
      <CopyButton text={written(curlOf)}>{t('copy.asCurl')}</CopyButton>
      <Menu
        label={t('copy.as')}
        items={[
          ...(scope.may.viewSecrets
            ? [{ id: 'again', label: w('copy.signedNow'), onSelect: copied(again) }]
            : []),
          { id: 'httpie', label: 'HTTPie', onSelect: copied(written(httpieOf)) },
          { id: 'fetch', label: 'fetch (JavaScript)', onSelect: copied(written(fetchOf)) },
          { id: 'raw', label: 'HTTP/1.1', onSelect: copied(written(rawOf)) },
          { id: 'har', label: 'HAR', onSelect: copied(written(attemptHar)) },
          {
            ...{ id: 'har-file', label: w('copy.harFile'), onSelect: saved },
            icon: <Download size={14} aria-hidden />,
          },
        ]}
      />
    </>
  )
}
