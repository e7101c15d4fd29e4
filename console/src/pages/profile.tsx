import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { changePassword, endOwnSession } from '../api/people-calls.ts'
import { signOut, userSession } from '../api/session.ts'
import { Button } from '../components/button.tsx'
import { TextField } from '../components/field.tsx'
import { Body, Facts, Page, Section } from '../components/page.tsx'
import { Failure, toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { UserSessions } from '../components/user-sessions.tsx'
import { useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { passwordLengthMin, sessionKey } from '../state/entrance.ts'
import { forgetKept } from '../state/kept-exports.ts'
import { useSession } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { BrowserSection } from './settings.tsx'

const words = { en: usersEn, es: usersEs }

/** Who is signed in, their password, their sessions, and what this browser remembers. */
export function ProfilePage() {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const user = useSession()?.user ?? null
  const leave = useMutation({
    mutationFn: endOwnSession,
    onSuccess: async (provider) => {
      signOut()
      client.clear()
      await forgetKept()
      location.assign(provider?.url ?? '/')
    },
    onError: (error) => toastFailure(error, t),
  })
  return (
    <Page
      title={t('nav.profile')}
      actions={
        user !== null && (
          <Button busy={leave.isPending} onClick={() => leave.mutate()}>
            {t('profile.signOut')}
          </Button>
        )
      }
    >
      <Body>
        {user !== null && (
          <>
            <Section title={t('profile.you')}>
              <Facts
                facts={[
                  [w('user.email'), user.email],
                  [w('user.role'), `${w(`role.${user.role}`)} · ${w(`role.${user.role}Help`)}`],
                ]}
              />
            </Section>
            {user.hasPassword && <PasswordSection />}
            <Section title={t('profile.sessions')}>
              <div className="max-w-2xl">
                <UserSessions user={null} />
              </div>
            </Section>
          </>
        )}
        <BrowserSection />
      </Body>
    </Page>
  )
}

function PasswordSection() {
  const t = useT()
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [short, setShort] = useState(false)
  const save = useMutation({
    mutationFn: () => changePassword({ current, password }),
    onSuccess: (renewed) => {
      client.setQueryData(sessionKey, userSession(renewed))
      setCurrent('')
      setPassword('')
      toast(t('profile.passwordChanged'))
      return client.invalidateQueries({ queryKey: ['user-sessions'] })
    },
  })
  return (
    <Section title={t('profile.changePassword')}>
      <form
        noValidate
        className="flex max-w-md flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          const tooShort = password.length < passwordLengthMin
          setShort(tooShort)
          if (!tooShort) save.mutate()
        }}
      >
        {save.isError && <Failure error={save.error} />}
        <TextField
          label={t('profile.currentPassword')}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
        />
        <TextField
          label={t('profile.newPassword')}
          help={t('profile.passwordHelp')}
          error={short ? t('profile.passwordShort') : undefined}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <div>
          <Button type="submit" kind="primary" busy={save.isPending}>
            {t('profile.changePassword')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
