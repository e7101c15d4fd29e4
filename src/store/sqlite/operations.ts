/**
 * Every operation of the store by name: what runs in a shared commit, and what only reads. An
 * operation is a synchronous function of the connection; see `../README.md` for adding one.
 */

import { acceptMessage, acceptMessages } from './accept.ts'
import { endpointActivity } from './activity.ts'
import {
  createApplication,
  deleteApplication,
  findApplication,
  listApplications,
  updateApplication,
} from './applications.ts'
import {
  endpointStats,
  expungeAttempt,
  findAttempt,
  listEndpointAttempts,
  listMessageAttempts,
} from './attempts.ts'
import { appendAudit, findAudit, listAudit, sweepAudit } from './audit.ts'
import { lastChange, readChanges } from './changes.ts'
import { claimDue, releaseLeasesOfDeadNodes, renewLeases } from './claim.ts'
import type { Database } from './database.ts'
import {
  addDelivery,
  cancelMessageDeliveries,
  countDeliveries,
  countDue,
  findDelivery,
  listDeliveries,
  listMessageDeliveries,
} from './deliveries.ts'
import { listEndpointMessages } from './endpoint-messages.ts'
import {
  createEndpoint,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  loadApplicationView,
  openCircuits,
  updateEndpoint,
} from './endpoints.ts'
import {
  createEventType,
  deleteEventType,
  findEventType,
  findEventTypes,
  listEventTypes,
  missingEventTypes,
  putEventType,
  updateEventType,
} from './event-types.ts'
import { unavailable } from './failures.ts'
import { hastenRetries } from './hasten.ts'
import { completeKey, releaseKey, reserveKey } from './idempotency.ts'
import { ping, readSetting, sweep, writeSetting } from './maintenance.ts'
import { expungeMessage, findMessage, listMessages } from './messages.ts'
import { listNumberedDeliveries } from './numbered.ts'
import { listOverallDeliveries, listOverallMessages } from './overall.ts'
import { recordAttempt } from './record.ts'
import {
  deleteRecord,
  findRecord,
  insertRecord,
  listDueRecords,
  listRecords,
  replaceRecord,
  sweepRecords,
} from './records.ts'
import { countSealed, listSealed, replaceSealed } from './sealing.ts'
import { lookIntoMessages } from './searches.ts'
import { applicationStanding } from './standing.ts'
import {
  claimStreams,
  readStream,
  releaseHold,
  releaseStream,
  renewStream,
  streamState,
} from './streams.ts'
import { summarize } from './summaries.ts'
import { newestPayloads, typeVolume } from './type-activity.ts'
import { attemptUsage } from './usage.ts'

export const writes = {
  acceptMessage,
  acceptMessages,
  addDelivery,
  appendAudit,
  cancelMessageDeliveries,
  claimDue,
  claimStreams,
  completeKey,
  createApplication,
  createEndpoint,
  createEventType,
  deleteApplication,
  deleteEndpoint,
  deleteEventType,
  deleteRecord,
  expungeAttempt,
  expungeMessage,
  hastenRetries,
  insertRecord,
  ping,
  putEventType,
  recordAttempt,
  releaseHold,
  releaseKey,
  releaseLeasesOfDeadNodes,
  releaseStream,
  renewLeases,
  renewStream,
  replaceRecord,
  replaceSealed,
  reserveKey,
  sweep,
  sweepAudit,
  sweepRecords,
  updateApplication,
  updateEndpoint,
  updateEventType,
  writeSetting,
}

export const reads = {
  applicationStanding,
  attemptUsage,
  countDeliveries,
  countDue,
  countSealed,
  endpointActivity,
  endpointStats,
  findApplication,
  findAttempt,
  findAudit,
  findDelivery,
  findEndpoint,
  findEventType,
  findEventTypes,
  findMessage,
  findRecord,
  lastChange,
  listApplications,
  listAudit,
  listDeliveries,
  listDueRecords,
  listEndpointAttempts,
  listEndpointMessages,
  listEndpoints,
  listEventTypes,
  listMessageAttempts,
  listMessageDeliveries,
  listMessages,
  listNumberedDeliveries,
  listOverallDeliveries,
  listOverallMessages,
  listRecords,
  listSealed,
  loadApplicationView,
  lookIntoMessages,
  missingEventTypes,
  newestPayloads,
  openCircuits,
  readChanges,
  readSetting,
  readStream,
  streamState,
  summarize,
  typeVolume,
}

export type WriteName = keyof typeof writes
export type ReadName = keyof typeof reads
export type InputOf<Operation extends (...all: never[]) => unknown> = Parameters<Operation>[1]

/** Runs a read by name. Name and input were paired by the typed store in front. */
export function runRead(db: Database, name: ReadName, input: unknown): unknown {
  const operation = reads[name] as (db: Database, input: unknown) => unknown // paired, see above
  try {
    return operation(db, input)
  } catch (error) {
    throw unavailable(error)?.error ?? error
  }
}
