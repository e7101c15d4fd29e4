import type { Translation } from '../../../src/i18n/translate.ts'
import type { probeEn } from './probe-en.ts'

export const probeEs: Translation<typeof probeEn> = {
  'probe.certificate': 'certificado hasta el {date}',
  'probe.label': 'El camino de la solicitud',
  'probe.state.fail': 'falló',
  'probe.state.kept': 'de antes',
  'probe.state.not_needed': 'no hizo falta',
  'probe.state.not_reached': 'no se llegó',
  'probe.state.pass': 'correcto',
  'probe.step.address': 'Dirección permitida',
  'probe.step.answer': 'Respuesta',
  'probe.step.connection': 'Conexión',
  'probe.step.name': 'Nombre resuelto',
  'probe.step.request': 'Solicitud enviada',
  'probe.step.tls': 'TLS',
}
