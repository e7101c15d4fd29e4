/** Views of lists that somebody named for everybody: what the URL of a list asks for. */

/** Lists that have views, by the last part of their address in the console. */
export const viewLists = ['deliveries', 'messages', 'endpoints'] as const
export type ViewList = (typeof viewLists)[number]

export const viewLimits = { viewsMax: 200, nameLengthMax: 60, queryLengthMax: 2_000 } as const
