import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the inspector's pages say, in English; part of the catalog in `en.ts`. */
export const inspectorEn = {
  'bin.addAnswer': 'Add an answer',
  'bin.answerOf': 'Answer {number}: {answer}',
  'bin.answersHelp':
    'One after another; the last one stays. Also "3x 503", "200 delay 2s", "/path: 500, 200", "loop".',
  'bin.asText': 'As text',
  'bin.clearDone': 'The requests are gone',
  'bin.copyHar': 'Copy as HAR',
  'bin.delete': 'Delete bin…',
  'bin.deleteEffect':
    'Its requests and answers are gone. A request to its address makes it anew, empty.',
  'bin.deleteTitle': 'Delete the bin {name}?',
  'bin.deleteVerb': 'Delete bin',
  'bin.downloadHar': 'Download HAR',
  'bin.downloadLines': 'Download JSON lines',
  'bin.edited': 'edited',
  'bin.export': 'Export',
  'bin.everyTime': 'every time',
  'bin.moveSooner': 'Sooner',
  'bin.noMatch': 'No request matches',
  'bin.note': 'Note',
  'bin.noteHelp': 'What this bin is for.',
  'bin.onlyHere': 'Kept in memory: the newest 500 of each bin, until the server stops.',
  'bin.removeAnswer': 'Remove answer {number}',
  'bin.replay': 'Send again',
  'bin.replayBody': 'Body',
  'bin.replayDots': 'Send again…',
  'bin.replayEvent': 'As a new event of {application}',
  'bin.replayEventHelp':
    'Everybody who is subscribed gets it, signed anew. Only a JSON object can be an event.',
  'bin.replayHere': 'To this bin again',
  'bin.replayHereHelp':
    'With the same method, path and headers. An edited body no longer fits its signature: see what your check says.',
  'bin.replayTitle': 'Send a request again',
  'bin.replayTo': 'Where',
  'bin.replayed': 'Answered {status}',
  'bin.replayedEvent': 'Accepted as {id}',
  'bin.retriesNone': 'Nothing waits for a retry to this bin.',
  'bin.retriesWait': {
    one: '{count} delivery to this bin waits for its retry; the next is due {when}.',
    other: '{count} deliveries to this bin wait for their retries; the next is due {when}.',
  },
  'bin.retryNow': 'Fast-forward: retry now',
  'bin.retryNowDone': { one: '{count} delivery tried now', other: '{count} deliveries tried now' },
  'bin.search': 'Search requests',
  'bin.searchHint': 'Method, path, header or body',
  'bin.settings': 'Settings…',
  'bin.settingsTitle': 'The bin {name}',
} as const satisfies Catalog
