import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { changeWebhooks, type ProfileOut, type WebhookOut } from '../api/profile-calls.ts'
import { Button, IconButton } from '../components/button.tsx'
import type { CopyAsProps } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Failure, toastFailure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { TestDialog } from './test-results.tsx'

type Deed = 'activate' | 'deactivate' | 'delete'

function useChange(ids: readonly string[], onDone: () => void) {
  const t = useT()
  const scope = useScope()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (action: Deed) => changeWebhooks(scope.application, action, ids),
    onSuccess: async () => {
      onDone()
      await client.invalidateQueries({ queryKey: ['webhooks', scope.application] })
      await client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
    },
    onError: (error) => toastFailure(error, t),
  })
}

const changeRequest = (app: string, action: Deed, ids: readonly string[]): CopyAsProps => ({
  request: {
    method: 'POST',
    path: `/app/${app}/webhook/change`,
    body: { action, ids },
  },
})

export interface RowDeed {
  readonly deed: 'test' | 'delete'
  readonly row: WebhookOut
}

export interface RowDeed {
  readonly deed: 'test' | 'delete'
  readonly row: WebhookOut
}

/** Edit, test and delete one of the list, as far as the system has these. */
export function RowActions(props: {
  readonly profile: ProfileOut
  readonly row: WebhookOut
  readonly onDeed: (deed: RowDeed) => void
}) {
  const t = useT()
  const scope = useScope()
  const { profile, row } = props
  const name = row.name ?? row.url
  return (
    <span className="flex justify-end">
      <Link
        to={`${scope.base}/endpoints/${row.id}/settings`}
        tabIndex={-1}
        className="btn btn-quiet btn-icon"
        aria-label={t('profile.edit', { name })}
        title={t('profile.edit', { name })}
      >
        <Pencil size={14} aria-hidden />
      </Link>
      {profile.rules.test !== 'none' && (
        <IconButton
          label={t('profile.test', { name })}
          onClick={() => props.onDeed({ deed: 'test', row })}
        >
          <Send size={14} aria-hidden />
        </IconButton>
      )}
      {profile.rules.deletable && (
        <IconButton
          label={t('profile.delete', { name })}
          onClick={() => props.onDeed({ deed: 'delete', row })}
        >
          <Trash2 size={14} aria-hidden />
        </IconButton>
      )}
    </span>
  )
}

/** The dialog of what was pressed in a row; beside the list, whose keys it must not hear. */
export function RowDialog(props: { readonly acting: RowDeed; readonly onClose: () => void }) {
  const t = useT()
  const scope = useScope()
  const { deed, row } = props.acting
  const name = row.name ?? row.url
  const act = useChange([row.id], props.onClose)
  if (deed === 'test') {
    return (
      <TestDialog
        application={scope.application}
        endpointId={row.id}
        name={name}
        onClose={props.onClose}
      />
    )
  }
  return (
    <Confirm
      title={t('endpoint.deleteTitle', { name })}
      effect={t('endpoint.deleteEffect')}
      verb={t('endpoint.deleteVerb')}
      typeName={name}
      danger
      busy={act.isPending}
      error={act.isError && <Failure error={act.error} />}
      copyAs={changeRequest(scope.application, 'delete', [row.id])}
      onClose={props.onClose}
      onConfirm={() => act.mutate('delete')}
    />
  )
}

/** What is done to all that are chosen. */
export function ProfileBulk(props: {
  readonly profile: ProfileOut
  readonly ids: readonly string[]
  readonly onDone: () => void
}) {
  const t = useT()
  const scope = useScope()
  const [deleting, setDeleting] = useState(false)
  const act = useChange(props.ids, props.onDone)
  const count = props.ids.length
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-t bg-surface px-5 py-2 max-sm:px-3">
      <span className="font-[550]">{t('grid.selected', { count })}</span>
      <Button busy={act.isPending} onClick={() => act.mutate('deactivate')}>
        {t('endpoint.disable')}
      </Button>
      <Button busy={act.isPending} onClick={() => act.mutate('activate')}>
        {t('endpoint.enable')}
      </Button>
      {props.profile.rules.deletable && (
        <Button kind="danger" onClick={() => setDeleting(true)}>
          {t('action.delete')}
        </Button>
      )}
      <Button kind="quiet" onClick={props.onDone}>
        {t('grid.clear')}
      </Button>
      {deleting && (
        <Confirm
          title={t('endpoints.deleteTitle', { count })}
          effect={t('endpoint.deleteEffect')}
          verb={t('endpoints.deleteVerb', { count })}
          typeName={String(count)}
          danger
          copyAs={changeRequest(scope.application, 'delete', props.ids)}
          onClose={() => setDeleting(false)}
          onConfirm={() => {
            setDeleting(false)
            act.mutate('delete')
          }}
        />
      )}
    </div>
  )
}
