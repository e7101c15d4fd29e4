import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the lists of deliveries and messages say beyond the first load, in English. */
export const deliveryEn = {
  'circuit.open': 'The endpoint fails: its circuit is open, and nothing is sent to it before then.',
  'copy.harFile': 'HAR, as a file',
  'copy.signedNow': 'curl, signed now',
  'export.canceled': 'The export was stopped; nothing was saved.',
  'export.cut': {
    one: 'The file has the newest row: there are more. Choose a shorter time, or export with the command line.',
    other:
      'The file has the newest {count} rows: there are more. Choose a shorter time, or export with the command line.',
  },
  'export.discard': 'Drop the export',
  'export.done': { one: '{count} row exported', other: '{count} rows exported' },
  'export.goOn': 'Go on with it',
  'export.open': 'Export',
  'export.progress': 'Export',
  'export.rows': { one: '{count} row, back to {time}', other: '{count} rows, back to {time}' },
  'export.rowsUpTo': { one: '{count} row, up to {time}', other: '{count} rows, up to {time}' },
  'export.started': 'Export begun',
  'export.stop': 'Stop the export',
  'export.taken': 'The export goes on in another tab, or was dropped there.',
  'export.unfinished': {
    one: '{format} export of {time} did not end: {count} row so far',
    other: '{format} export of {time} did not end: {count} rows so far',
  },
  'export.waiting': 'The server does not answer; asking again…',
  'list.further': 'Look further back',
  'list.looked': 'Looked back to {at}. There may be older ones.',
  'next.retried': 'It is tried now',
  'next.retry': 'Retry now',
  'next.stop': 'Stop',
  'panel.compare': 'Compare',
} as const satisfies Catalog
