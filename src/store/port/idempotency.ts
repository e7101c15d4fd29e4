/** A stored answer. */
export interface StoredAnswer {
  readonly status: number
  readonly body: string
}

/** Keys of requests other than message create, which keeps its key in the accept commit. */
export interface IdempotencyStore {
  /**
   * Takes the key for `scope` (organisation or application, never the token), or says what became
   * of it. A taken key that is never completed frees itself at `reservedUntil`.
   */
  reserveKey(input: {
    readonly scope: string
    readonly key: string
    readonly requestHash: string
    readonly now: number
    readonly reservedUntil: number
  }): Promise<
    | { readonly kind: 'reserved' }
    | { readonly kind: 'in_progress' }
    | { readonly kind: 'answered'; readonly answer: StoredAnswer }
    | { readonly kind: 'mismatch' }
    /** Answered, but sealed with an encryption key that is no longer configured. */
    | { readonly kind: 'unreadable' }
  >
  completeKey(input: {
    readonly scope: string
    readonly key: string
    readonly answer: StoredAnswer
    readonly expiresAt: number
  }): Promise<void>
  /** A refused or failed request does not use up its key. */
  releaseKey(input: { readonly scope: string; readonly key: string }): Promise<void>
}
