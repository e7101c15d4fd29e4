/** Refusals of the systems' rules, in the caller's language. */
import { alike } from '../../domain/sentence.ts'
import {
  type Language,
  type Parameters,
  type Translation,
  translator,
} from '../../i18n/translate.ts'
import type { Localized } from '../../profiles/profile.ts'
import { refuse } from '../validate.ts'

const en = {
  nameRequired: {
    one: 'a name is required',
    other: 'a name of at least {count} characters is required',
  },
  codeRequired: 'a code is required; the name suggests none',
  codeForm: 'only a to z, 0 to 9 and underscores, at most 64',
  codeFixed: 'the code cannot be changed once it is saved',
  codeTaken: 'another webhook of this application has this code',
  integrationShort: 'at least 2 characters',
  notificationType: 'the only notification type is REST',
  triggerRequired: 'choose a trigger',
  triggerUnknown: 'there is no trigger of that name here',
  triggerNotEvents: 'choose one trigger instead of event types',
  contextUnknown: 'there is no context of that name here',
  contextMixed: 'these event types belong to different contexts',
  scopeKindUnknown: 'there is no scope of the kind {kind} here',
  scopeKindOther: 'the context {context} is limited by {wanted}, not by {kind}',
  scopeKindTrigger: 'the trigger {trigger} is not limited by {kind}: leave it out',
  scopeRequired: 'choose at least one value of {kind}',
  eventsMin: 'choose at least one event',
  eventsMax: 'choose only {count}: this profile takes no more',
  eventsUnknown: 'these event types are not in the catalog {catalog}: {names}',
  eventsOutside: 'these event types are not offered in the context {context}: {names}',
  eventsMissing: 'these event types do not exist: {names}',
  eventsNotInstalled:
    'install the catalog {catalog} first (posthorn catalog install {catalog}); these event types are not there yet: {names}',
  eventsRepeated: 'an event type is given twice',
  eventsRuleMalformed:
    'a rule is one or more segments, then `.*` or `_*`, as in order.*; change: {names}',
  eventsRuleClosed:
    'the catalog of this profile is closed: choose its events one by one instead of {names}',
  endpointsMax: 'at most {count} webhooks; delete one first',
  urlTaken: 'another webhook of this application has this URL',
  secretRequired: 'a secret is required for this kind of authentication',
  secretElsewhere:
    'give the secret again: the token URL leads to another server, and the secret would be sent there',
  secretForm: 'a header value of printable ASCII is required',
  totpKey: 'a TOTP key is base32: at least 16 of A to Z and 2 to 7',
  tokenUrl: 'the token URL is refused: {reason}',
  headerValue: 'a value is required',
  notDeletable: 'webhooks of this profile are deactivated, not deleted',
  testNone: 'webhooks of this profile have no test',
  testEmpty: 'the receiver answered without a body, which this system takes for a failed test',
  testSaved: 'save the webhook first; then it can be tested',
  settingsBusy: 'others are changing these settings; try again',
  hooksOff: 'there is nothing at this path',
  testEvents: 'choose at least one event type to test',
} as const

const es = {
  nameRequired: {
    one: 'se requiere un nombre',
    other: 'se requiere un nombre de al menos {count} caracteres',
  },
  codeRequired: 'se requiere un código; el nombre no sugiere ninguno',
  codeForm: 'solo a a z, 0 a 9 y guiones bajos, como máximo 64',
  codeFixed: 'el código no se puede cambiar una vez guardado',
  codeTaken: 'otro webhook de esta aplicación tiene este código',
  integrationShort: 'al menos 2 caracteres',
  notificationType: 'el único tipo de notificación es REST',
  triggerRequired: 'elige un disparador',
  triggerUnknown: 'aquí no hay un disparador con ese nombre',
  triggerNotEvents: 'elige un disparador en lugar de tipos de evento',
  contextUnknown: 'aquí no hay un contexto con ese nombre',
  contextMixed: 'estos tipos de evento son de contextos distintos',
  scopeKindUnknown: 'aquí no hay un alcance del tipo {kind}',
  scopeKindOther: 'el contexto {context} se limita por {wanted}, no por {kind}',
  scopeKindTrigger: 'el disparador {trigger} no se limita por {kind}: omítelo',
  scopeRequired: 'elige al menos un valor de {kind}',
  eventsMin: 'elige al menos un evento',
  eventsMax: 'elige solo {count}: este perfil no admite más',
  eventsUnknown: 'estos tipos de evento no están en el catálogo {catalog}: {names}',
  eventsOutside: 'estos tipos de evento no se ofrecen en el contexto {context}: {names}',
  eventsMissing: 'estos tipos de evento no existen: {names}',
  eventsNotInstalled:
    'instala antes el catálogo {catalog} (posthorn catalog install {catalog}); estos tipos de evento aún no están: {names}',
  eventsRepeated: 'un tipo de evento está dos veces',
  eventsRuleMalformed:
    'una regla es uno o más segmentos y después `.*` o `_*`, como order.*; cambia: {names}',
  eventsRuleClosed:
    'el catálogo de este perfil es cerrado: elige sus eventos uno por uno en lugar de {names}',
  endpointsMax: 'como máximo {count} webhooks; elimina uno antes',
  urlTaken: 'otro webhook de esta aplicación tiene esta URL',
  secretRequired: 'esta autenticación requiere un secreto',
  secretElsewhere:
    'hay que volver a dar el secreto: la URL del token lleva a otro servidor, al que se enviaría',
  secretForm: 'se requiere un valor de encabezado en ASCII imprimible',
  totpKey: 'una clave TOTP es base32: al menos 16 de A a Z y 2 a 7',
  tokenUrl: 'la URL del token se rechaza: {reason}',
  headerValue: 'se requiere un valor',
  notDeletable: 'los webhooks de este perfil se desactivan, no se eliminan',
  testNone: 'los webhooks de este perfil no tienen prueba',
  testEmpty: 'el receptor respondió sin cuerpo, y este sistema lo toma por una prueba fallida',
  testSaved: 'guarda primero el webhook; después se puede probar',
  settingsBusy: 'otros están cambiando estos ajustes; inténtalo de nuevo',
  hooksOff: 'no hay nada en esta ruta',
  testEvents: 'elige al menos un tipo de evento para probar',
} as const satisfies Translation<typeof en>

export type RuleText = keyof typeof en

const translators = {
  en: translator({ en, es }, 'en'),
  es: translator({ en, es }, 'es'),
}

export function ruleText(language: Language, key: RuleText, parameters?: Parameters): string {
  return translators[language](key, parameters)
}

/** Kinds of issues that callers tell apart; the others are `value_error`. */
const issueTypes: { readonly [Key in RuleText]?: string } = {
  eventsRuleMalformed: 'event_type_rule_malformed',
  eventsRuleClosed: 'event_type_rule_closed',
}

/** Refuses fields of a body in one language: a 422 that names the field. */
export type Refuse = (
  field: string | readonly string[],
  key: RuleText,
  parameters?: Readonly<Record<string, string | number | Localized>>,
) => Error

export function refuser(language: Language): Refuse {
  return (field, key, parameters = {}) => {
    const words = Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'object' ? value[language] : value,
    ])
    return refuse(field, alike(ruleText(language, key, Object.fromEntries(words))), issueTypes[key])
  }
}

/** The first few of a list of names. */
export function someOf(names: readonly string[]): string {
  return names.slice(0, 5).join(', ')
}
