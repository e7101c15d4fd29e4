import type { Translation } from '../../../src/i18n/translate.ts'
import type { transformationEn } from './transformation-en.ts'

/** La transformación de un endpoint y su banco de pruebas, en español. */
export const transformationEs: Translation<typeof transformationEn> = {
  'transformation.bench': 'Probar el código',
  'transformation.benchText':
    'Ejecuta el código y las variables como están arriba, guardados o no. Nada se guarda ni se envía.',
  'transformation.canceled': 'El código deja fuera este mensaje',
  'transformation.canceledText':
    'No se enviaría nada; la entrega termina como cancelada y no cuenta como fallo.',
  'transformation.changed': 'Último cambio',
  'transformation.changes': 'Lo que cambia el código',
  'transformation.code': 'JavaScript',
  'transformation.codeHelp':
    'Define function handler(webhook), que recibe eventType, payload, method, url y headers, y devuelve el webhook como sale. Se ejecuta sin red y durante 150 ms como máximo.',
  'transformation.comment': 'También están webhook.method, url y headers, y variables.',
  'transformation.enabled': 'Reescribir las solicitudes con este código',
  'transformation.enabledHelp':
    'Apagado, las solicitudes salen sin cambios. Si el código falla, el intento falla y no se envía nada.',
  'transformation.example': 'Empezar con un ejemplo',
  'transformation.failed': 'El código falló',
  'transformation.isOff': 'Guardada, apagada',
  'transformation.isOn': 'Activa',
  'transformation.line': 'Ir a la línea {line}',
  'transformation.none': 'Ninguna',
  'transformation.off': 'no',
  'transformation.on': 'sí',
  'transformation.result': 'Cuerpo que saldría',
  'transformation.text':
    'JavaScript tuyo que reescribe cada solicitud que sale por aquí: payload, encabezados, método y ruta.',
  'transformation.title': 'Transformación',
  'transformation.try': 'Probar',
  'transformation.variableAdd': 'Agregar variable',
  'transformation.variableName': 'Nombre de la variable',
  'transformation.variableRemove': 'Quitar la variable {name}',
  'transformation.variables': 'Variables del código',
  'transformation.variablesHelp':
    'El código las lee como variables.NOMBRE. Las ve aquí quien puede mirar: no guardes secretos en ellas.',
  'transformation.variableValue': 'Valor de la variable',
}
