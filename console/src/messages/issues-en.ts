import type { Catalog } from '../../../src/i18n/translate.ts'

/** Issues, in English: loaded with their page. */
export const issuesEn = {
  'issue.ack': 'Acknowledge',
  'issue.count': { one: '{count} delivery', other: '{count} deliveries' },
  'issue.deliveries': 'Deliveries',
  'issue.first': 'since {time}',
  'issue.ignore': 'Ignore',
  'issue.last': 'last {time}',
  'issue.none': 'No issues',
  'issue.noneText': 'Whatever fails or waits after a failure stands here, by endpoint and cause.',
  'issue.noneOf': 'None in this state.',
  'issue.note': 'Note',
  'issue.noteOf': 'Note on {issue}',
  'issue.noteSave': 'Save note',
  'issue.reopen': 'Open again',
  'issue.resolve': 'Resolve',
  'issue.since': 'Counted since {time}: of the newest 1,000 that failed or wait.',
  'issue.states': 'State',
  'issue.status': 'Answers with {status}',
  'issue.all': 'All',
  'issue.key': 'A key',
  'issueState.acknowledged': 'Acknowledged',
  'issueState.ignored': 'Ignored',
  'issueState.open': 'Open',
  'issueState.resolved': 'Resolved',
} as const satisfies Catalog
