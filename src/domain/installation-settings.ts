/**
 * Settings of the installation that owners change while it runs, in the sections in which they are
 * shown. What stands in the environment wins over what is stored.
 */
export const settingSections = {
  environment: ['environment', 'otherEnvironmentUrl'],
  delivery: [
    'retryScheduleMs',
    'attemptTimeoutMs',
    'disableAfterHours',
    'breakerAfter',
    'endpointConcurrency',
  ],
  signing: ['defaultProfile', 'signatureHeaders', 'rollOverlapHours'],
  retention: ['retentionDays', 'auditDays', 'idempotencyHours'],
  network: ['allowNetworks', 'allowHosts', 'denyNetworks', 'httpsOnly', 'egressAddresses'],
  portal: [
    'portalOrigins',
    'portalAccent',
    'portalRadius',
    'portalFont',
    'portalDensity',
    'portalHide',
  ],
} as const

export type SettingSection = keyof typeof settingSections
export type ChangeableSetting = (typeof settingSections)[SettingSection][number]

export const changeableSettings: readonly ChangeableSetting[] =
  Object.values(settingSections).flat()

/** Where a value comes from: what comes first wins. */
export type SettingSource = 'environment' | 'stored' | 'default'
