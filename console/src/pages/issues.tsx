import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BellOff, CircleAlert, CircleCheck, Eye, type LucideIcon } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type IssueState, issueStates } from '../../../src/domain/issue.ts'
import type { ErrorClass } from '../../../src/domain/outcome.ts'
import { type Issue, issuePath, patchIssue } from '../api/issue-calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { classLabel } from '../components/class-label.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { Body, Page } from '../components/page.tsx'
import { Empty, errorSentence, Loaded } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { issuesEn } from '../messages/issues-en.ts'
import { issuesEs } from '../messages/issues-es.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import type { Tone } from '../state/delivery-status.ts'
import { issuesKey, useIssues } from '../state/issues.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const words = { en: issuesEn, es: issuesEs }

const looks: Readonly<Record<IssueState, { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  open: { tone: 'err', icon: CircleAlert },
  acknowledged: { tone: 'warn', icon: Eye },
  resolved: { tone: 'ok', icon: CircleCheck },
  ignored: { tone: 'mute', icon: BellOff },
}

/** Failures grouped by endpoint and cause, with what people said of them and the levers. */
export function IssuesPage() {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const formats = useFormats()
  const [search, change] = useUrlState()
  const issues = useIssues(scope.application)
  const endpoints = useEndpointMap(scope.application)
  const wanted = issueStates.find((state) => state === search['state']) ?? null
  return (
    <Page
      title={t('nav.issues')}
      actions={
        <CopyAs
          cli={`posthorn issues ls --app ${scope.application}${wanted === null ? '' : ` --state ${wanted}`}`}
          request={{
            path: `/app/${encodeURIComponent(scope.application)}/issue`,
            query: { state: wanted ?? undefined },
          }}
        />
      }
    >
      <Body>
        <Loaded query={issues}>
          {({ data, countedSince }) =>
            data.length === 0 ? (
              <Empty title={w('issue.none')}>{w('issue.noneText')}</Empty>
            ) : (
              <>
                <div className="max-w-60">
                  <SelectField
                    label={w('issue.states')}
                    value={wanted ?? 'all'}
                    options={[
                      { value: 'all', label: w('issue.all') },
                      ...issueStates.map((state) => ({
                        value: state as string,
                        label: w(`issueState.${state}`),
                      })),
                    ]}
                    onChange={(state) => change({ state: state === 'all' ? undefined : state })}
                  />
                </div>
                <List
                  issues={data.filter(({ state }) => wanted === null || state === wanted)}
                  endpoints={endpoints}
                />
                <p className="text-ink-3 text-xs">
                  {w('issue.since', { time: formats.moment(Date.parse(countedSince)) })}
                </p>
              </>
            )
          }
        </Loaded>
      </Body>
    </Page>
  )
}

function List(props: {
  readonly issues: readonly Issue[]
  readonly endpoints: ReadonlyMap<string, EndpointOut>
}) {
  const t = useT()
  const w = useWords(words)
  if (props.issues.length === 0) return <p className="text-ink-2">{w('issue.noneOf')}</p>
  return (
    <ul
      aria-label={t('nav.issues')}
      className="flex flex-col rounded-md border border-line bg-surface"
    >
      {props.issues.map((issue) => (
        <Row key={issue.id} issue={issue} endpoint={props.endpoints.get(issue.endpointId)} />
      ))}
    </ul>
  )
}

function Row(props: { readonly issue: Issue; readonly endpoint: EndpointOut | undefined }) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const { issue } = props
  const { tone, icon: Icon } = looks[issue.state]
  const name = endpointName(props.endpoint, issue.endpointId)
  const cause = /^\dxx$/.test(issue.kind)
    ? w('issue.status', { status: issue.answers.join(', ') })
    : classLabel(issue.kind as ErrorClass, t) // of the server's list
  const search = {
    endpoint: issue.endpointId,
    code: issue.answers.join(','),
    from: issue.firstSeen,
  }
  return (
    <li className="flex flex-col gap-2 border-line border-b px-3 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Pill tone={tone}>
          <Icon size={13} aria-hidden /> {w(`issueState.${issue.state}`)}
        </Pill>
        <Link
          to={`${scope.base}/endpoints/${issue.endpointId}`}
          className="font-[550] hover:underline"
        >
          {name}
        </Link>
        <span className="min-w-0 break-words">{cause}</span>
        <span className="text-ink-2">
          {w('issue.count', { count: issue.count })} · <Since issue={issue} />
        </span>
      </div>
      {(issue.by !== null || issue.at !== null) && <Said issue={issue} />}
      <div className="flex flex-wrap gap-1.5">
        {scope.may.resend && <Verbs issue={issue} />}
        <Link
          to={`${scope.base}/deliveries`}
          search={{ ...search, status: 'failed,retrying' } as never} // routes are not typed here
          className="btn btn-quiet"
        >
          {w('issue.deliveries')}
        </Link>
        {scope.may.resend && (
          <Link
            to={`${scope.base}/recovery`}
            search={search as never} // routes are not typed here
            className="btn btn-quiet"
          >
            {t('recovery.open')}
          </Link>
        )}
      </div>
      {scope.may.resend && <Note key={issue.note} issue={issue} name={`${name}: ${cause}`} />}
    </li>
  )
}

function Since(props: { readonly issue: Issue }) {
  const w = useWords(words)
  const formats = useFormats()
  const { firstSeen, lastSeen } = props.issue
  return (
    <>
      {w('issue.first', { time: formats.moment(Date.parse(firstSeen)) })} ·{' '}
      {w('issue.last', { time: formats.moment(Date.parse(lastSeen)) })}
    </>
  )
}

/** Who said what it is, and when. */
function Said(props: { readonly issue: Issue }) {
  const w = useWords(words)
  const { by, at, note } = props.issue
  return (
    <p className="break-words text-ink-2">
      {note !== '' && <>“{note}” · </>}
      {by ?? w('issue.key')}
      {at !== null && (
        <>
          {' · '}
          <Time at={at} />
        </>
      )}
    </p>
  )
}

const verbs: Readonly<Record<IssueState, readonly IssueState[]>> = {
  open: ['acknowledged', 'resolved', 'ignored'],
  acknowledged: ['open', 'resolved', 'ignored'],
  resolved: ['open', 'ignored'],
  ignored: ['open'],
}

const verbWords = {
  open: 'issue.reopen',
  acknowledged: 'issue.ack',
  resolved: 'issue.resolve',
  ignored: 'issue.ignore',
} as const

const commandOf: Readonly<Record<IssueState, (id: string, app: string) => string>> = {
  open: (id, app) => `posthorn issues reopen ${id} --app ${app}`,
  acknowledged: (id, app) => `posthorn issues ack ${id} --app ${app}`,
  resolved: (id, app) => `posthorn issues resolve ${id} --app ${app}`,
  ignored: (id, app) => `posthorn issues ignore ${id} --app ${app}`,
}

function useSay(issue: Issue) {
  const t = useT()
  const { application } = useScope()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { readonly state?: IssueState; readonly note?: string }) =>
      patchIssue(application, issue.id, body),
    onSuccess: () => {
      toast(t('form.saved'))
      return client.invalidateQueries({ queryKey: issuesKey(application) })
    },
    onError: (error) => toast(errorSentence(error, t), { tone: 'err' }),
  })
}

function Verbs(props: { readonly issue: Issue }) {
  const w = useWords(words)
  const scope = useScope()
  const say = useSay(props.issue)
  const { id, state } = props.issue
  const [first = 'open'] = verbs[state]
  return (
    <>
      {verbs[state].map((one) => (
        <Button key={one} busy={say.isPending} onClick={() => say.mutate({ state: one })}>
          {w(verbWords[one])}
        </Button>
      ))}
      <CopyAs
        cli={commandOf[first](id, scope.application)}
        request={{
          method: 'PATCH',
          path: issuePath(scope.application, id),
          body: { state: first },
        }}
        of={id}
        withoutUrl
      />
    </>
  )
}

function Note(props: { readonly issue: Issue; readonly name: string }) {
  const w = useWords(words)
  const { issue, name } = props
  const [note, setNote] = useState(issue.note)
  const say = useSay(issue)
  return (
    <details>
      <summary className="w-fit rounded-sm text-ink-2 text-xs">{w('issue.note')}</summary>
      <form
        className="flex max-w-xl flex-col gap-2 pt-1.5"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          say.mutate({ note })
        }}
      >
        <TextField
          label={w('issue.noteOf', { issue: name })}
          maxLength={1_000}
          value={note}
          onChange={setNote}
        />
        <div>
          <Button type="submit" busy={say.isPending}>
            {w('issue.noteSave')}
          </Button>
        </div>
      </form>
    </details>
  )
}
