/**
 * What an installation is for. Environments are installations: a database, keys and addresses of their
 * own, with nothing shared (docs/adr/environments.md). The name says which one somebody looks at.
 */
export const environments = ['test', 'live'] as const
export type Environment = (typeof environments)[number]
