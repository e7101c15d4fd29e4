/** How a request may go out: the methods that carry a body. `POST` unless a transformation says another. */
export const outboundMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
export type OutboundMethod = (typeof outboundMethods)[number]
