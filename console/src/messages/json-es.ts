import type { Translation } from '../../../src/i18n/translate.ts'
import type { jsonEn } from './json-en.ts'

export const jsonEs: Translation<typeof jsonEn> = {
  'json.cut': 'cortado aquí; al copiar va completo',
  'json.find': 'Buscar aquí',
  'json.findHint': 'Clave o valor',
  'json.found': '{at} de {count}',
  'json.foundNone': 'No se encontró nada',
  'json.foundSome': '{at} de los primeros {count}',
  'json.more': 'Mostrar {count} más',
  'json.next': 'Siguiente',
  'json.previous': 'Anterior',
  'json.raw': 'Crudo',
  'json.root': 'Todo',
  'json.tree': 'Árbol',
}
