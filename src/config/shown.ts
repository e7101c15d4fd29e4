/** The settings as people may see them: every one, secrets only as set or not. */
import { type Config, settingNames, settings } from '../config.ts'
import type { Language } from '../i18n/translate.ts'

export interface ShownSetting {
  readonly variable: string
  readonly value: unknown
  readonly isDefault: boolean
  readonly description: string
}

const secret = '[secret]'

export function shownSettings(config: Config, language: Language): readonly ShownSetting[] {
  return settingNames.map((name) => {
    const setting = settings[name]
    const value = config[name]
    const isDefault = JSON.stringify(value) === JSON.stringify(setting.fallback)
    return {
      variable: setting.variable,
      value: setting.secret === true && !isDefault ? secret : value,
      isDefault,
      description: setting.sentence[language],
    }
  })
}
