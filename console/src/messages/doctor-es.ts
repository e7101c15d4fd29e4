import type { Translation } from '../../../src/i18n/translate.ts'
import type { doctorEn } from './doctor-en.ts'

/** Lo que dice el médico de firmas, en español. */
export const doctorEs: Translation<typeof doctorEn> = {
  'doctor.after': 'como lo recibió tu servidor',
  'doctor.ask': 'Averiguar por qué',
  'doctor.before': 'como se envió',
  'doctor.body': 'Cuerpo',
  'doctor.bodyHelp': 'Exactamente los bytes que verificó tu código.',
  'doctor.computed': 'Firma que calculó tu servidor',
  'doctor.differs':
    'El primer byte que difiere: {at}. Se enviaron {sent} bytes y se recibieron {received}.',
  'doctor.fixFor': 'La solución para',
  'doctor.headers': 'Encabezados',
  'doctor.headersHelp': 'Uno por línea, como los registró tu servidor: nombre: valor',
  'doctor.headersMissing': 'Pega los encabezados, entre ellos webhook-signature.',
  'doctor.open': 'Médico de firmas',
  'doctor.otherEndpoint': 'Se firmó con el secreto de otro endpoint:',
  'doctor.secret': 'Secreto que usa tu servidor',
  'doctor.secretHelp': 'Se compara con los de este endpoint y no se guarda.',
  'doctor.text':
    '¿La firma no coincide? Pega lo que recibió tu servidor: se compara con los bytes que se enviaron.',
  'doctor.title': 'Médico de firmas',
  'doctor.valid': 'Verifica tal como lo pegaste.',
  'signing.made': 'En uso desde',
  'signing.overlapLeft': 'Dos firmas: el secreto anterior firma {left} más',
  'signing.neverVerified':
    'Todavía no se encontró válida aquí ninguna firma suya. Lo dicen el médico de firmas y los buzones del inspector.',
  'signing.overlapText': 'Hasta {until}. Tu servidor puede verificar con cualquiera de los dos.',
  'signing.verified.doctor': 'Última firma válida según el médico de firmas',
  'signing.verified.inspector': 'Última firma válida según el inspector',
}
