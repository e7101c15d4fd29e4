/** Names of the profiles; they are names, so they are the same in every language. */
export const profileNames: Readonly<Record<string, string>> = {
  standard: 'Standard Webhooks',
  modyo: 'Modyo',
  'ultimate-multisite': 'Ultimate Multisite',
  logto: 'Logto',
  cotalker: 'Cotalker',
  ciam: 'CIAM',
}
