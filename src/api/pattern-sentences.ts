/** The contract's patterns in words: nobody who is woken at night should have to read a pattern. */
import { AnswerCode } from '../contract/delivery.ts'
import {
  Channel,
  EventTypeFilter,
  EventTypeName,
  FeatureFlag,
  Tag,
  Uid,
} from '../contract/primitives.ts'
import { binNamePattern } from '../domain/bin.ts'
import { frameOriginPattern } from '../domain/frame-origin.ts'
import type { Sentence } from '../domain/sentence.ts'

const segments: Sentence = {
  en: 'must be segments of a-z, A-Z, 0-9, - and _ with one dot between, such as order.paid, 256 characters at most',
  es: 'debe ser segmentos de a-z, A-Z, 0-9, - y _ con un punto entre ellos, como order.paid, y 256 caracteres como máximo',
}

/** By the pattern's text. A test holds that every pattern of an operation is here. */
export const patternSentences: ReadonlyMap<string, Sentence> = new Map([
  [patternOf(Uid), characters(256, 'a-z, A-Z, 0-9, -, _, .')],
  [patternOf(FeatureFlag), characters(256, 'a-z, A-Z, 0-9, -, _, .')],
  [patternOf(Channel), characters(128, 'a-z, A-Z, 0-9, -, _, ., :, +')],
  [patternOf(Tag), characters(128, 'a-z, A-Z, 0-9, -, _, ., /, \\, #')],
  [patternOf(EventTypeName), segments],
  [
    patternOf(EventTypeFilter),
    {
      en: `${segments.en}, or a group such as order.*`,
      es: `${segments.es}, o un grupo como order.*`,
    },
  ],
  ['^[a-zA-Z0-9\\-_. ]{1,256}$', characters(256, 'a-z, A-Z, 0-9, -, _, ., space')],
  ['^[a-zA-Z0-9@_-]{1,64}$', characters(64, 'a-z, A-Z, 0-9, @, _, -')],
  ['^[A-Za-z0-9_-]{1,64}$', characters(64, 'a-z, A-Z, 0-9, _, -')],
  ['^[a-z0-9-]{1,64}$', characters(64, 'a-z, 0-9, -')],
  ['^[a-z][a-z-]{0,63}$', characters(64, 'a-z, -')],
  ['^[a-z][a-z0-9_]{0,63}$', characters(64, 'a-z, 0-9, _')],
  [
    binNamePattern,
    {
      en: 'must be 1 to 64 of a-z, A-Z, 0-9, - and _, the first a letter or digit',
      es: 'debe tener de 1 a 64 de a-z, A-Z, 0-9, - y _, con letra o dígito al principio',
    },
  ],
  ['^/', { en: 'must begin with a slash', es: 'debe empezar por una barra' }],
  ['^[^:]*$', { en: 'must not hold a colon', es: 'no puede llevar dos puntos' }],
  [
    '^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$',
    {
      en: 'must be a colour of 3 or 6 hex digits, such as 00aa77',
      es: 'debe ser un color de 3 o 6 dígitos hexadecimales, como 00aa77',
    },
  ],
  [
    '^[^\\s@]{1,64}@[^\\s@]{1,190}$',
    {
      en: 'must be an e-mail address, such as ana@example.com',
      es: 'debe ser una dirección de correo, como ana@example.com',
    },
  ],
  [
    '^app_[0-9A-Za-z]{27}$',
    {
      en: 'must be the id of an application: app_ and 27 letters or digits',
      es: 'debe ser el id de una aplicación: app_ y 27 letras o dígitos',
    },
  ],
  [
    '^ep_[0-9A-Za-z]{27}$',
    {
      en: 'must be the id of an endpoint: ep_ and 27 letters or digits',
      es: 'debe ser el id de un endpoint: ep_ y 27 letras o dígitos',
    },
  ],
  [
    patternOf(AnswerCode),
    {
      en: 'must be a status code such as 503, a hundred of them such as 5xx, or the class of an error such as connect_timeout',
      es: 'debe ser un código de estado como 503, un centenar de ellos como 5xx o la clase de un error como connect_timeout',
    },
  ],
  [
    frameOriginPattern,
    {
      en: 'must be an origin without a path, such as https://app.example.com or https://*.example.com',
      es: 'debe ser un origen sin ruta, como https://app.example.com o https://*.example.com',
    },
  ],
])

function patternOf(schema: object): string {
  return String(Reflect.get(schema, 'pattern'))
}

function characters(max: number, which: string): Sentence {
  return {
    en: `must be 1 to ${max} of these characters: ${which}`,
    es: `debe tener de 1 a ${max} de estos caracteres: ${which}`,
  }
}
