export interface SweepResult {
  readonly payloads: number
  readonly messages: number
  readonly attempts: number
  readonly keys: number
  /** Something was left for the next call because of `limit`. */
  readonly more: boolean
}

export interface MaintenanceStore {
  /**
   * Removes what has expired, at most `limit` rows of each kind a call, in short transactions.
   * Never removes a message that has an open delivery, nor anything of it.
   */
  sweep(input: {
    readonly now: number
    /** Messages with their deliveries and attempts created before this are removed. */
    readonly removeBefore: number
    readonly limit: number
  }): Promise<SweepResult>
  /** A consistent copy of the database while it is in use. Unsupported stores reject. */
  backup(input: { readonly toPath: string }): Promise<void>
  /** Small values of the installation (bootstrap organisation, markers). Null when unset. */
  readSetting(name: string): Promise<string | null>
  writeSetting(input: { readonly name: string; readonly value: string }): Promise<void>
  /** Cheap check that a write can commit now. Rejects with `StoreUnavailable` otherwise. */
  ping(): Promise<void>
}
