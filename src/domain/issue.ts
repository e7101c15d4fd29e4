/**
 * Failures grouped by what they have in common: an endpoint, and how its deliveries end. An issue is
 * not stored; it is there while deliveries are that failed so, or wait after they did. What people say
 * of it is, and counts for as long as it is about the same spell.
 */
import type { EndpointId } from './ids.ts'

export const issueStates = ['open', 'acknowledged', 'resolved', 'ignored'] as const
export type IssueState = (typeof issueStates)[number]

/** What somebody said of an issue. */
export interface IssueWord {
  readonly state: IssueState
  readonly note: string
  /** Who, as the audit log names them; null: a key. */
  readonly by: string | null
  readonly at: number
  /** What there was of it then: more than that opens what was resolved. */
  readonly seen: Pick<IssueFacts, 'count' | 'lastId'>
}

/** Deliveries to one endpoint that ended alike, as they are counted. */
export interface IssueFacts {
  readonly endpointId: EndpointId
  /** A class of failure, or of statuses: `tls_expired`, `5xx`. */
  readonly kind: string
  /** Status codes or classes among them, most frequent first. */
  readonly answers: readonly string[]
  readonly count: number
  /** When the first and the last of these deliveries came. */
  readonly firstAt: number
  readonly lastAt: number
  /** The last of them. */
  readonly lastId: string
}

export const issueId = ({ endpointId, kind }: Pick<IssueFacts, 'endpointId' | 'kind'>): string =>
  `${endpointId}.${kind}`

/** Statuses are told apart by their first digit, other ends by their class. */
export function issueKind(answer: string): string {
  return /^[1-9]/.test(answer) ? `${answer[0]}xx` : answer
}

/** Most frequent first in, most recent first out. */
export function groupIssues(
  answers: readonly {
    readonly endpointId: EndpointId
    readonly answer: string
    readonly count: number
    readonly firstAt: number
    readonly lastAt: number
    readonly lastId: string
  }[],
): readonly IssueFacts[] {
  const groups = new Map<string, IssueFacts>()
  for (const one of answers) {
    const { endpointId, answer } = one
    const kind = issueKind(answer)
    const key = issueId({ endpointId, kind })
    const known = groups.get(key)
    groups.set(key, {
      ...{ endpointId, kind },
      answers: [...(known?.answers ?? []), answer],
      count: (known?.count ?? 0) + one.count,
      firstAt: Math.min(known?.firstAt ?? one.firstAt, one.firstAt),
      lastAt: Math.max(known?.lastAt ?? one.lastAt, one.lastAt),
      lastId: (known?.lastId ?? '') > one.lastId ? (known?.lastId ?? '') : one.lastId,
    })
  }
  return [...groups.values()].sort((a, b) => b.lastAt - a.lastAt)
}

/**
 * `failingSince`: the endpoint's first failure after its last success; null: it goes well, and the
 * issue is over. What was said before that spell, or before more came of what was resolved, is past.
 */
export function issueState(
  facts: Pick<IssueFacts, 'count' | 'lastId'>,
  word: IssueWord | null,
  failingSince: number | null,
): IssueState {
  if (word?.state === 'ignored') return 'ignored'
  if (failingSince === null) return 'resolved'
  if (word?.state === 'resolved') {
    const more = facts.lastId !== word.seen.lastId || facts.count > word.seen.count
    return more ? 'open' : 'resolved'
  }
  return word?.state === 'acknowledged' && word.at >= failingSince ? 'acknowledged' : 'open'
}
