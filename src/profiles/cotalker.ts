/**
 * Cotalker: a five-part event (company, type, event, data, extraData, with the time), and on edits
 * a `diff`. Events of one webhook arrive strictly in order.
 */
import { diffOf, pickChanged } from '../domain/diff.ts'
import { isPlainObject, type JsonObject } from '../domain/json.ts'
import { type DeliveryPolicy, standardPolicy } from '../domain/policy.ts'
import { type EnvelopeParts, isEnvelope } from './envelope.ts'
import type { Profile, ShapeInput } from './profile.ts'
import { columns, fields, noLimits, standardRules, words } from './standard.ts'

const policy: DeliveryPolicy = {
  ...standardPolicy,
  successStatuses: [[200, 209]],
  retryScheduleMs: [30_000, 30_000],
  retryJitter: 0,
  honorRetryAfter: false,
  concurrencyMax: 1,
  ordering: 'fifo',
  whenExhausted: 'skip',
  disableOnGone: false,
  disableAfterMs: null,
}

/** Members that say whose edit it was; they stay although they were not edited. */
const identity = ['_id', 'surveyId', 'group']

const parts: EnvelopeParts = {
  all: new Set(['company', 'type', 'event', 'createdAt', 'data', 'diff', 'extraData']),
  carriers: ['data', 'diff', 'extraData'],
  telling: ['event', 'diff', 'extraData'],
}

/** A whole event goes out as it is; any other payload is its data, of a logout its extra data. */
function shape({ eventType, payload, createdAt, previous, mode }: ShapeInput): JsonObject {
  const [type, event] = eventType.split('.')
  const isEvent = isEnvelope(payload, parts)
  const isLogout = event === 'logout'
  const bare = isLogout ? null : payload
  const data = isEvent ? payload['data'] : bare
  const edit =
    event === 'edit' && isPlainObject(data) ? editOf(payload, data, previous, mode) : null
  return {
    company: payload['company'] ?? (isPlainObject(data) ? data['company'] : null) ?? null,
    type: type ?? null,
    extraData: (isEvent ? payload['extraData'] : isLogout ? payload : null) ?? null,
    createdAt: (isEvent ? payload['createdAt'] : null) ?? new Date(createdAt).toISOString(),
    data: edit?.data ?? data ?? null,
    event: event ?? null,
    ...(edit === null ? {} : { diff: edit.diff }),
  }
}

/**
 * `data` holds the values before the edit, as the system's own samples do; `diff` has both. Null
 * when neither `diff` nor the values before are known: then the data goes out as it was given.
 */
function editOf(
  payload: JsonObject,
  data: JsonObject,
  previous: JsonObject | null,
  mode: 'full' | 'changes',
): { readonly data: JsonObject; readonly diff: JsonObject } | null {
  const given = payload['diff']
  const hasDiff = isPlainObject(given)
  if (!hasDiff && previous === null) return null
  const diff = hasDiff ? given : diffOf(previous ?? {}, data)
  const before = hasDiff ? data : (previous ?? data)
  if (mode === 'full') return { data: before, diff }
  const named = Object.fromEntries(
    identity.flatMap((key) => (Object.hasOwn(before, key) ? [[key, before[key]]] : [])),
  )
  const changed = Object.fromEntries(
    Object.entries(diff).map(([path]) => [path, { previous: null, changedTo: null }]),
  )
  return { data: { ...named, ...pickChanged(before, changed) }, diff }
}

const task = ['create-edit-delete-task']
const survey = ['create-edit-delete-survey']

export const cotalker: Profile = {
  name: 'cotalker',
  label: { en: 'Cotalker', es: 'Cotalker' },
  description: {
    en: 'One trigger a webhook, strict order, two more tries after 30 seconds.',
    es: 'Un disparador por webhook, orden estricto, dos intentos más a los 30 segundos.',
  },
  catalog: 'cotalker',
  policy,
  shape,
  withholds: null,
  userAgent: null,
  replaceableHeaders: [],
  signature: 'none',
  authentications: [],
  limits: { ...noLimits, nameLengthMin: 1 },
  rules: {
    ...standardRules,
    deletable: false,
    test: 'none',
    byTrigger: true,
    codeRequired: true,
    catalogOnly: true,
    payload: 'changes',
  },
  logUnit: 'attempt',
  networkErrorStatus: 409,
  words: {
    ...words,
    add: { en: 'Create Webhook', es: 'Crear webhook' },
    create: words.save,
  },
  form: [
    {
      ...fields.name,
      help: {
        en: 'We recommend always using descriptive names.',
        es: 'Recomendamos usar siempre nombres descriptivos.',
      },
    },
    {
      name: 'code',
      label: { en: 'Code', es: 'Código' },
      kind: 'text',
      required: true,
      fixedAfterSaving: true,
      help: {
        en: 'Lowercase letters, numbers and underscores. It cannot be changed once saved.',
        es: 'Letras minúsculas, números y guiones bajos. No se puede cambiar una vez guardado.',
      },
    },
    {
      ...fields.url,
      label: { en: 'Url', es: 'Url' },
      help: {
        en: 'The server that receives the data. Ask your admin or IT support for the proper one.',
        es: 'El servidor que recibe los datos. Pide la correcta a tu administrador o a soporte de TI.',
      },
    },
    {
      ...fields.description,
      help: {
        en: 'What the webhook does, in a few words, for future reference.',
        es: 'Qué hace el webhook, en pocas palabras, para referencia futura.',
      },
    },
    {
      name: 'trigger',
      label: { en: 'Trigger', es: 'Disparador' },
      kind: 'trigger',
      required: true,
      help: {
        en: 'Creating, editing or removing one sends its data to the server. Tasks ask for a workflow; surveys for the survey and its group.',
        es: 'Crear, editar o eliminar uno envía sus datos al servidor. Las tareas piden un flujo de trabajo; las encuestas, la encuesta y su grupo.',
      },
    },
    {
      name: 'scope.workflow',
      label: { en: 'Workflow', es: 'Flujo de trabajo' },
      kind: 'scope',
      required: true,
      visibleFor: task,
    },
    {
      name: 'scope.survey',
      label: { en: 'Survey', es: 'Encuesta' },
      kind: 'scope',
      required: true,
      visibleFor: survey,
    },
    {
      name: 'scope.group',
      label: { en: 'Group', es: 'Grupo' },
      kind: 'scope',
      required: true,
      visibleFor: survey,
    },
    {
      name: 'id',
      label: { en: 'Identifier', es: 'Identificador' },
      kind: 'read-only',
      required: false,
      help: {
        en: 'Made by the system, and cannot be changed. The API knows the webhook by it.',
        es: 'Lo crea el sistema y no se puede cambiar. Con él la API conoce el webhook.',
      },
    },
    { ...fields.active, onceSaved: true },
  ],
  list: {
    columns: [
      columns.name,
      { field: 'trigger', label: { en: 'Trigger', es: 'Disparador' } },
      { field: 'url', label: { en: 'Url', es: 'Url' } },
    ],
    showsDisabled: false,
    pageSize: 10,
  },
}
