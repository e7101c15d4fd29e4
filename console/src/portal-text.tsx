import { lazy, type ReactNode, Suspense } from 'react'
import type { PortalTextName } from '../../src/domain/portal-look.ts'
import { portalLook } from './portal-look.ts'

const OwnText = lazy(async () => ({ default: (await import('./portal-own-text.tsx')).OwnText }))

/** The operator's own text for that place; without one, what comes with the portal. */
export function PortalText(props: {
  readonly name: PortalTextName
  readonly children?: ReactNode
}) {
  const { name, children } = props
  if (!portalLook().texts) return children
  return (
    <Suspense fallback={children}>
      <OwnText name={name}>{children}</OwnText>
    </Suspense>
  )
}
