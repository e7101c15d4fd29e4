import { useMemo } from 'react'
import {
  type Catalog,
  type Translate,
  type Translation,
  translator,
} from '../../../src/i18n/translate.ts'
import { useLocalization } from '../i18n.tsx'

/** Words of one page, which come with it in both languages: they are not in the first load. */
export function useWords<Source extends Catalog>(catalogs: {
  readonly en: Source
  readonly es: Translation<Source>
}): Translate<Source> {
  const { language } = useLocalization()
  return useMemo(() => translator(catalogs, language), [catalogs, language])
}
