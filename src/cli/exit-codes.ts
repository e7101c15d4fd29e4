/** What the command's exit says to a script. Stable. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAuthenticated: 3,
  notFound: 4,
  invalid: 5,
  unreachable: 6,
  /** The message was accepted; a delivery of it was not. */
  deliveryFailed: 7,
  partlyDone: 8,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
