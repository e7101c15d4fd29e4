import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../api/http.ts'
import {
  createUser,
  deleteUser,
  type InviteOut,
  inviteUser,
  listUsers,
  patchUser,
  type Role,
  roles,
  type UserOut,
} from '../api/people-calls.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Confirm, Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { Guarded } from '../components/guarded.tsx'
import { Menu } from '../components/menu.tsx'
import { Body, Page } from '../components/page.tsx'
import { Empty, Failure, Loaded, toastFailure } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { UserSessions } from '../components/user-sessions.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { RolesSection } from './roles.tsx'

const words = { en: usersEn, es: usersEs }

interface Invited {
  readonly email: string
  readonly invite: InviteOut
}

/** People who sign in, their roles, and what each role may do. */
export function UsersPage() {
  const t = useT()
  return (
    <Guarded permission="read-people" title={t('nav.users')}>
      <Users />
    </Guarded>
  )
}

function Users() {
  const t = useT()
  const w = useWords(words)
  const [search, change] = useUrlState()
  const [invited, setInvited] = useState<Invited | null>(null)
  const may = useMay('manage-people')
  const users = useQuery({ queryKey: ['users'], queryFn: listUsers })
  const add = (
    <Button kind="primary" onClick={() => change({ dialog: 'add' })}>
      <Plus size={14} aria-hidden /> {w('user.add')}
    </Button>
  )
  return (
    <Page
      title={t('nav.users')}
      actions={
        <>
          <CopyAs cli="posthorn users ls" request={{ path: '/user' }} />
          {may && add}
        </>
      }
    >
      <Body wide>
        <Loaded query={users}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title={w('users.none')} action={may && add}>
                {w('users.noneText')}
              </Empty>
            ) : (
              <ul className="flex flex-col divide-y divide-line rounded-md border border-line bg-surface">
                {data.map((user) => (
                  <UserRow key={user.id} user={user} onInvited={setInvited} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <RolesSection />
      </Body>
      {may && search['dialog'] === 'add' && (
        <AddUser
          first={users.data?.data.length === 0}
          onInvited={setInvited}
          onClose={() => change({ dialog: undefined })}
        />
      )}
      {invited !== null && <InviteDialog invited={invited} onClose={() => setInvited(null)} />}
    </Page>
  )
}

function UserRow(props: {
  readonly user: UserOut
  readonly onInvited: (invited: Invited) => void
}) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const [open, setOpen] = useState<'sessions' | 'remove' | null>(null)
  const { user } = props
  const may = useMay('manage-people')
  const path = `/user/${user.id}`
  const refresh = () => client.invalidateQueries({ queryKey: ['users'] })
  const told = (error: unknown): void => {
    const conflict = error instanceof ApiError && error.status === 409
    if (conflict) toast(w('user.lastOwner'), { tone: 'err' })
    else toastFailure(error, t)
    void refresh()
  }
  const change = useMutation({
    mutationFn: (body: Parameters<typeof patchUser>[1]) => patchUser(user.id, body),
    onSuccess: () => {
      toast(t('form.saved'))
      return refresh()
    },
    onError: told,
  })
  const invite = useMutation({
    mutationFn: () => inviteUser(user.id),
    onSuccess: (made) => {
      props.onInvited({ email: user.email, invite: made })
      return refresh()
    },
    onError: told,
  })
  const remove = useMutation({
    mutationFn: () => deleteUser(user.id),
    onSuccess: refresh,
  })
  const comesIn = user.hasPassword || user.lastSignInAt !== null
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2">
      <span className="min-w-0 flex-1 basis-56">
        <span className="block break-all font-[550]">
          {user.name === '' ? user.email : user.name}
        </span>
        <span className="block break-all text-ink-3 text-xs">
          {user.name === '' ? '' : `${user.email} · `}
          {w('user.lastSignIn')}:{' '}
          {user.lastSignInAt === null ? w('user.never') : <Time at={user.lastSignInAt} plain />}
        </span>
      </span>
      <Pill tone={user.disabled ? 'err' : comesIn ? 'ok' : 'warn'}>
        {w(user.disabled ? 'user.disabled' : comesIn ? 'user.open' : 'user.invited')}
      </Pill>
      {may ? (
        <select
          className="input w-auto"
          aria-label={w('user.roleOf', { email: user.email })}
          value={user.role}
          onChange={(event) => change.mutate({ role: event.target.value as Role })} // one of the options
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {w(`role.${role}`)}
            </option>
          ))}
        </select>
      ) : (
        <>
          <span>{w(`role.${user.role}`)}</span>
          <Button onClick={() => setOpen('sessions')}>{w('user.sessions')}</Button>
        </>
      )}
      {may && (
        <Menu
          label="…"
          accessibleLabel={`${t('action.more')}: ${user.email}`}
          items={[
            { id: 'invite', label: w('user.invite'), onSelect: () => invite.mutate() },
            { id: 'sessions', label: w('user.sessions'), onSelect: () => setOpen('sessions') },
            {
              id: 'disable',
              label: w(user.disabled ? 'user.enable' : 'user.disable'),
              onSelect: () => change.mutate({ disabled: !user.disabled }),
            },
            {
              id: 'remove',
              label: w('user.remove'),
              danger: true,
              onSelect: () => setOpen('remove'),
            },
          ]}
        />
      )}
      {open === 'sessions' && (
        <Dialog
          title={w('user.sessionsOf', { email: user.email })}
          copyAs={{ request: { path: `${path}/session` } }}
          onClose={() => setOpen(null)}
          footer={<Button onClick={() => setOpen(null)}>{t('action.close')}</Button>}
        >
          <UserSessions user={user.id} />
        </Dialog>
      )}
      {open === 'remove' && (
        <Confirm
          title={w('user.removeTitle', { email: user.email })}
          effect={w('user.removeEffect')}
          verb={w('user.removeVerb')}
          copyAs={{
            cli: `posthorn users rm ${user.id} --yes`,
            request: { method: 'DELETE', path },
          }}
          typeName={user.email}
          danger
          busy={remove.isPending}
          error={
            remove.isError &&
            (remove.error instanceof ApiError && remove.error.status === 409 ? (
              <p className="text-err">{w('user.lastOwner')}</p>
            ) : (
              <Failure error={remove.error} />
            ))
          }
          onClose={() => setOpen(null)}
          onConfirm={() => remove.mutate()}
        />
      )}
    </li>
  )
}

function AddUser(props: {
  /** The first one is the owner: somebody must be. */
  readonly first: boolean
  readonly onInvited: (invited: Invited) => void
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>(props.first ? 'owner' : 'developer')
  const [missing, setMissing] = useState(false)
  const body = { email: email.trim(), role }
  const add = useMutation({
    mutationFn: () => createUser(body),
    onSuccess: async ({ user, invite }) => {
      await client.invalidateQueries({ queryKey: ['users'] })
      props.onClose()
      props.onInvited({ email: user.email, invite })
    },
  })
  const form = useFocusOnRefusal(add.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    const none = email.trim() === ''
    setMissing(none)
    if (!none) add.mutate()
  }
  const refused =
    add.error instanceof ApiError
      ? add.error.issues.find(({ loc }) => loc.includes('email'))?.msg
      : undefined
  return (
    <Dialog
      title={w('user.add')}
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn users add ${shellQuoted(body.email)} --role ${role}`,
        request: { method: 'POST', path: '/user', body },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="add-user" kind="primary" busy={add.isPending}>
            {w('user.add')}
          </Button>
        </>
      }
    >
      <form ref={form} id="add-user" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {add.isError && refused === undefined && <Failure error={add.error} />}
        <TextField
          label={w('user.email')}
          type="email"
          autoComplete="off"
          error={missing ? w('user.emailMissing') : refused}
          value={email}
          onChange={setEmail}
        />
        <SelectField
          label={w('user.role')}
          help={w(`role.${role}Help`)}
          value={role}
          options={roles.map((value) => ({ value, label: w(`role.${value}`) }))}
          onChange={setRole}
        />
      </form>
    </Dialog>
  )
}

function InviteDialog(props: { readonly invited: Invited; readonly onClose: () => void }) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const { email, invite } = props.invited
  return (
    <Dialog
      title={w('user.inviteTitle', { email })}
      copyAs={null}
      onClose={props.onClose}
      footer={
        <>
          <CopyButton text={invite.url}>{w('users.copyLink')}</CopyButton>
          <Button kind="primary" onClick={props.onClose}>
            {t('action.close')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>{w('user.inviteOnce', { until: formats.full(Date.parse(invite.expiresAt)) })}</p>
        <input
          className="input mono"
          readOnly
          aria-label={w('user.inviteTitle', { email })}
          value={invite.url}
          onFocus={(event) => event.target.select()}
        />
      </div>
    </Dialog>
  )
}
