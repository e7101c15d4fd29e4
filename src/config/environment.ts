/** Which environment the installation is, and where the other one is found. */
import { type Environment, environments } from '../domain/environment.ts'
import { publicUrl } from './identity.ts'
import { oneOf, type Setting } from './parse.ts'

export interface EnvironmentConfig {
  readonly environment: Environment
  readonly otherEnvironmentUrl: string | null
}

export const environmentSettings: {
  readonly [Name in keyof EnvironmentConfig]: Setting<EnvironmentConfig[Name]>
} = {
  environment: {
    variable: 'POSTHORN_ENVIRONMENT',
    fallback: 'live',
    sentence: {
      en: 'What this installation is for: live or test. In test the console has a bar that says so, and new API keys begin with phk_test_.',
      es: 'Para qué es esta instalación: live (real) o test (prueba). En test la consola lleva una barra que lo dice, y las claves de API nuevas empiezan por phk_test_.',
    },
    parse: oneOf(...environments),
  },
  otherEnvironmentUrl: {
    variable: 'POSTHORN_OTHER_ENVIRONMENT_URL',
    fallback: null,
    sentence: {
      en: 'Address of the console of the other environment, such as https://test.hooks.example.com: the console leads there.',
      es: 'Dirección de la consola del otro entorno, como https://test.hooks.example.com: la consola lleva a ella.',
    },
    parse: publicUrl,
  },
}
