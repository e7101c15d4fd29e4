import { apiKeyOperations } from './api-key.ts'
import { applicationOperations } from './application.ts'
import { applicationSettingsOperations } from './application-settings.ts'
import { attemptOperations } from './attempt.ts'
import { auditOperations } from './audit.ts'
import { authenticationOperations } from './authentication.ts'
import { catalogOperations } from './catalog.ts'
import { changeOperations } from './change.ts'
import { checkupOperations } from './checkup.ts'
import { deliveryOperations } from './delivery.ts'
import { encryptionOperations } from './encryption.ts'
import { endpointOperations } from './endpoint.ts'
import { endpointChangeOperations } from './endpoint-change.ts'
import { endpointJobOperations } from './endpoint-jobs.ts'
import { endpointTlsOperations } from './endpoint-tls.ts'
import { eventTypeOperations } from './event-type.ts'
import { exportOperations } from './export.ts'
import { healthOperations } from './health.ts'
import { importOperations } from './import.ts'
import { inspectorOperations } from './inspector.ts'
import { installationOperations } from './installation.ts'
import { issueOperations } from './issue.ts'
import { maskingOperations } from './masking.ts'
import { messageOperations } from './message.ts'
import { messageMoreOperations } from './message-more.ts'
import { nodeOperations } from './node.ts'
import { noteOperations } from './note.ts'
import type { AnyOperation } from './operation.ts'
import { operationalWebhookOperations } from './operational-webhook.ts'
import { overallOperations } from './overall.ts'
import { pollerOperations } from './poller.ts'
import { profileFitOperations } from './profile-fit.ts'
import { publicCatalogOperations } from './public-catalog.ts'
import { recoveryOperations } from './recovery.ts'
import { roleOperations } from './role.ts'
import { searchOperations } from './search.ts'
import { snippetOperations } from './snippet.ts'
import { summaryOperations } from './summary.ts'
import { taskOperations } from './task.ts'
import { transformationOperations } from './transformation.ts'
import { typeActivityOperations } from './type-activity.ts'
import { usageOperations } from './usage.ts'
import { userOperations } from './user.ts'
import { viewOperations } from './view.ts'
import { webhookOperations } from './webhook.ts'

const all = [
  ...applicationOperations,
  ...applicationSettingsOperations,
  ...profileFitOperations,
  ...endpointOperations,
  ...endpointChangeOperations,
  ...endpointJobOperations,
  ...endpointTlsOperations,
  ...snippetOperations,
  ...checkupOperations,
  ...eventTypeOperations,
  ...messageOperations,
  ...messageMoreOperations,
  ...attemptOperations,
  ...deliveryOperations,
  ...overallOperations,
  ...changeOperations,
  ...summaryOperations,
  ...typeActivityOperations,
  ...searchOperations,
  ...exportOperations,
  ...maskingOperations,
  ...issueOperations,
  ...viewOperations,
  ...noteOperations,
  ...publicCatalogOperations,
  ...recoveryOperations,
  ...authenticationOperations,
  ...apiKeyOperations,
  ...auditOperations,
  ...userOperations,
  ...roleOperations,
  ...taskOperations,
  ...usageOperations,
  ...transformationOperations,
  ...pollerOperations,
  ...importOperations,
  ...operationalWebhookOperations,
  ...catalogOperations,
  ...webhookOperations,
  ...inspectorOperations,
  ...nodeOperations,
  ...installationOperations,
  ...encryptionOperations,
  ...healthOperations,
]

/** Every operation of the HTTP API. */
export const operations: readonly AnyOperation[] = all

/** The same with the literal types of each: what the typed client is made of. */
export type EveryOperation = (typeof all)[number]
