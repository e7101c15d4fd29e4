import { createContext, type ReactNode, use } from 'react'

/** Which application a page shows and where its pages live: the console's or the portal's. */
export interface Scope {
  readonly application: string
  /** `/app/acme` in the console, `/portal` in the portal. */
  readonly base: string
  readonly portal: boolean
  readonly may: {
    readonly manageEndpoints: boolean
    readonly viewSecrets: boolean
    readonly rollSecrets: boolean
    readonly manageTransformations: boolean
    readonly resend: boolean
  }
}

const ScopeContext = createContext<Scope | null>(null)

export function Scoped(props: { readonly scope: Scope; readonly children: ReactNode }) {
  return <ScopeContext value={props.scope}>{props.children}</ScopeContext>
}

export function useScope(): Scope {
  const scope = use(ScopeContext)
  if (scope === null) throw new Error('No <Scoped> above')
  return scope
}

export function useScopeOrNull(): Scope | null {
  return use(ScopeContext)
}
