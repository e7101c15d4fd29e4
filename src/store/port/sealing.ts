/** Which keys sealed what endpoints keep secret; key ids give nothing of a key away. */
export interface SealingState {
  /** The key that seals. */
  readonly current: string
  /** The keys that this node can open with, the current one first. */
  readonly configured: readonly string[]
  /** Living endpoints by the key that sealed their secrets. */
  readonly endpoints: Readonly<Record<string, number>>
}

export interface SealingStep {
  /** Where the next step goes on; null: nothing was left. */
  readonly cursor: string | null
  readonly seen: number
  /** Sealed anew. One that was changed in the meantime is not: its change sealed it. */
  readonly done: number
}

export interface SealingStore {
  sealingState(): Promise<SealingState>
  /**
   * Seals with the current key what others sealed, of at most `limit` endpoints behind the cursor.
   * Nothing else of an endpoint changes, not even when it was last changed.
   */
  sealAnew(input: { readonly cursor: string | null; readonly limit: number }): Promise<SealingStep>
}
