import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PortalTextName, PortalTexts } from '../../src/domain/portal-look.ts'
import { useLocalization } from './i18n.tsx'

/** They are as good as static: asked for once, and the portal works without them. */
export function OwnText(props: { readonly name: PortalTextName; readonly children: ReactNode }) {
  const { language } = useLocalization()
  const texts = useQuery({
    queryKey: ['portal-texts'],
    queryFn: async () => {
      const answer = await fetch('/portal/texts')
      return answer.ok ? ((await answer.json()) as PortalTexts) : {} // the server checked the file
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return texts.data?.[language]?.[props.name] ?? props.children
}
