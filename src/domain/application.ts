import type { ApplicationId, OrganizationId } from './ids.ts'

/** One of the producer's customers; it owns endpoints and messages. */
export interface Application {
  readonly id: ApplicationId
  readonly organizationId: OrganizationId
  /** The producer's own id for it, unique in the organisation while the application lives. */
  readonly uid: string | null
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  /** Messages a second to all of its endpoints together; null: no limit. */
  readonly throttleRate: number | null
  /** Name of the profile that its endpoints start from. */
  readonly profile: string
  /** The master switch: while false nothing is sent and new messages match no endpoint. */
  readonly enabled: boolean
  /** Moves with every change of the application or of one of its endpoints. See `acceptMessages`. */
  readonly configVersion: number
  readonly createdAt: number
  readonly updatedAt: number
}
