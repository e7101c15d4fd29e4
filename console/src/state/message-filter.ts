/** What the URL of the list of messages asks for, and how the server and the command line are asked for it. */
import type { MessageView } from '../../../src/domain/message-marks.ts'
import { shellQuoted } from '../components/copy-as.tsx'
import { boundsOf, listOf, type Search, type TimeRange } from './search.ts'
import { soughtFlags, soughtIn, timeFlags } from './sought.ts'

export const messageViews = [
  'failed',
  'unsubscribed',
  'test',
] as const satisfies readonly MessageView[]

/** The view that the URL names; null: all messages. */
export function messageView(search: Search): MessageView | null {
  return messageViews.find((view) => view === search['view']) ?? null
}

/** As the list, its counts, its export and its jobs take it. */
export function messageQueryOf(search: Search, range: TimeRange | null) {
  const types = listOf(search['type'])
  const view = messageView(search)
  return {
    ...(types.length === 0 ? {} : { event_types: types }),
    ...(view === null ? {} : { view }),
    ...soughtIn(search),
    ...boundsOf(range),
  }
}

/** The same list on the command line. */
export function messagesCommand(search: Search, application: string): string {
  return messagesCommandOf(search, `--app ${application}`)
}

/** `whose`: the flags that say it. */
export function messagesCommandOf(search: Search, whose: string): string {
  const types = listOf(search['type'])
  const view = messageView(search)
  return [
    'posthorn messages ls',
    whose,
    ...(types.length === 0 ? [] : [`--type ${shellQuoted(types.join(','))}`]),
    ...(view === null ? [] : [`--view ${view}`]),
    ...soughtFlags(search),
    ...timeFlags(search),
  ].join(' ')
}
