import { useQuery } from '@tanstack/react-query'
import { type Translate, type Translation, translator } from '../../../src/i18n/translate.ts'
import { useLocalization } from '../i18n.tsx'
import type { adminEn } from '../messages/admin-en.ts'

type Words = typeof adminEn
export type AdminT = Translate<Words>

/** Words of sections that few people open, outside of the first load. Null: on their way. */
export function useAdminT(): AdminT | null {
  const { language } = useLocalization()
  const words = useQuery({
    queryKey: ['words', 'admin', language],
    queryFn: async (): Promise<Translation<Words>> =>
      language === 'es'
        ? (await import('../messages/admin-es.ts')).adminEs
        : (await import('../messages/admin-en.ts')).adminEn,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (words.data === undefined) return null
  const catalog = words.data as Words // both languages have the same keys
  return translator({ en: catalog, es: catalog }, language)
}
