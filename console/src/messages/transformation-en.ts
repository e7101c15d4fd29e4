import type { Catalog } from '../../../src/i18n/translate.ts'

/** The transformation of an endpoint and its test bench, in English. */
export const transformationEn = {
  'transformation.bench': 'Try the code',
  'transformation.benchText':
    'Runs the code and variables as they stand above, saved or not. Nothing is saved or sent.',
  'transformation.canceled': 'The code leaves this message out',
  'transformation.canceledText':
    'Nothing would be sent; the delivery ends as canceled, and does not count as failed.',
  'transformation.changed': 'Last changed',
  'transformation.changes': 'What the code changes',
  'transformation.code': 'JavaScript',
  'transformation.codeHelp':
    'It defines function handler(webhook), which gets eventType, payload, method, url and headers, and returns the webhook as it goes out. It runs without a network, for 150 ms at most.',
  'transformation.comment': 'Here are also webhook.method, url and headers, and variables.',
  'transformation.enabled': 'Rewrite requests with this code',
  'transformation.enabledHelp':
    'While off, requests go out unchanged. When the code fails, the attempt fails and nothing is sent.',
  'transformation.example': 'Begin with an example',
  'transformation.failed': 'The code failed',
  'transformation.isOff': 'Kept, off',
  'transformation.isOn': 'On',
  'transformation.line': 'Go to line {line}',
  'transformation.none': 'None',
  'transformation.off': 'off',
  'transformation.on': 'on',
  'transformation.result': 'Body that would go out',
  'transformation.text':
    'JavaScript of your own that rewrites each request from here: its payload, headers, method and path.',
  'transformation.title': 'Transformation',
  'transformation.try': 'Try',
  'transformation.variableAdd': 'Add variable',
  'transformation.variableName': 'Variable name',
  'transformation.variableRemove': 'Remove variable {name}',
  'transformation.variables': 'Variables of the code',
  'transformation.variablesHelp':
    'The code reads them as variables.NAME. They are shown here to whoever may look: keep no secrets in them.',
  'transformation.variableValue': 'Variable value',
} as const satisfies Catalog
