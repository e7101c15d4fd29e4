import type { Translation } from '../../../src/i18n/translate.ts'
import type { peopleEn } from './people-en.ts'

/** Registro de auditoría, usuarios y acceso, en español. */
export const peopleEs: Translation<typeof peopleEn> = {
  'actor.bootstrap': 'Clave inicial',
  'may.notThisPage':
    'Tu rol no tiene acceso a esta página. Un propietario puede cambiarlo en Usuarios.',
  'may.onlyLook': 'Tu rol puede ver esto, no cambiarlo.',
  'nav.profile': 'Tu perfil',
  'profile.changePassword': 'Cambiar contraseña',
  'profile.currentPassword': 'Contraseña actual',
  'profile.newPassword': 'Contraseña nueva',
  'profile.passwordChanged': 'La contraseña cambió. Tus otras sesiones terminaron.',
  'profile.passwordHelp': 'Al menos 12 caracteres. Una frase se recuerda mejor que los signos.',
  'profile.passwordShort': 'Al menos 12 caracteres.',
  'profile.sessions': 'Dónde iniciaste sesión',
  'profile.you': 'Tú',
  'signIn.choose': 'Elige una contraseña',
  'signIn.chooseSubmit': 'Guardar e iniciar sesión',
  'signIn.email': 'Correo',
  'signIn.inviteEnded': 'Este enlace terminó o ya se usó. Pide otro a un propietario.',
  'signIn.or': 'o',
  'signIn.password': 'Contraseña',
  'signIn.tabBlocked':
    'El navegador bloqueó la pestaña nueva. Permítela y pulsa el botón otra vez.',
  'signIn.tooMany': 'Demasiados intentos. Espera un momento e intenta de nuevo.',
  'signIn.title': 'Iniciar sesión',
  'signIn.useKey': 'Usar una clave de API',
  'signIn.usePassword': 'Usar correo y contraseña',
  'signIn.with': 'Continuar con {name}',
  'signIn.wrong': 'El correo o la contraseña no es correcto.',
}
