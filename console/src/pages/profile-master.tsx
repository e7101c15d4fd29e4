import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getApplication, patchApplication } from '../api/calls.ts'
import { Toggle } from '../components/field.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { useMayHere } from '../state/session.tsx'

/** The box at the top of a system's webhook page: while it is off nothing is sent. */
export function ProfileMaster() {
  const t = useT()
  const { application } = useScope()
  const may = useMayHere('administer')
  const client = useQueryClient()
  const found = useQuery({
    queryKey: ['applications', 'one', application],
    queryFn: () => getApplication(application),
  })
  const save = useMutation({
    mutationFn: (enabled: boolean) => patchApplication(application, { enabled }),
    onSuccess: () => {
      toast(t('form.saved'))
      return client.invalidateQueries({ queryKey: ['applications'] })
    },
    onError: (error) => toastFailure(error, t),
  })
  if (found.data === undefined) return null
  return (
    <div className="px-5 pt-3 max-sm:px-3">
      <Toggle
        label={t('settings.master')}
        help={t('settings.masterHelp')}
        checked={found.data.enabled !== false}
        disabled={!may || save.isPending}
        onChange={(enabled) => save.mutate(enabled)}
      />
    </div>
  )
}
