import { basePath } from '../api/http.ts'
import type { ApiKeyCreated } from '../api/key-calls.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { SecretField } from '../components/field.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'

/** The only time that the key can be seen. */
export function NewKey(props: { readonly created: ApiKeyCreated; readonly onClose: () => void }) {
  const t = useT()
  const { created } = props
  const path = created.applicationId === null ? '/app' : `/app/${created.applicationId}`
  const command = `curl ${location.origin}${basePath}${path} -H 'authorization: Bearer ${created.token}'`
  return (
    <Dialog
      title={created.name}
      copyAs={null}
      onClose={props.onClose}
      footer={
        <>
          <CopyButton text={`POSTHORN_API_KEY=${created.token}`}>{t('key.asEnv')}</CopyButton>
          <Button kind="primary" onClick={props.onClose}>
            {t('key.kept')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Notice tone="warn" title={t('key.once')} />
        <SecretField label={t('signIn.key')} value={created.token} shown />
        <div className="flex items-start rounded-md border border-line bg-sunken pr-0.5">
          <code className="min-w-0 flex-1 break-all p-2">{command}</code>
          <CopyButton text={command} label={t('copy.command')} />
        </div>
      </div>
    </Dialog>
  )
}
