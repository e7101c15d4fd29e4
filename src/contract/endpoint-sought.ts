/** What narrows the endpoints of a list, of an export and of a change of many. */
import Type from 'typebox'
import { EventTypeFilter } from './primitives.ts'

export const EndpointCondition = Type.Union([
  Type.Literal('healthy'),
  Type.Literal('degraded'),
  Type.Literal('failing'),
  Type.Literal('paused'),
  Type.Literal('disabled'),
])

export const endpointSought = {
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        'Only those with this text in an id, name, URL, event or label, whatever its case.',
    }),
  ),
  state: Type.Optional(
    Type.Array(EndpointCondition, {
      description:
        'In any of these states: paused or disabled as it is set, else by its attempts of the last 24 hours: none succeeded (failing), fewer than 95 % (degraded).',
    }),
  ),
  event_types: Type.Optional(
    Type.Array(EventTypeFilter, {
      description: 'That take any of these types, or any of a group: `order.*`.',
    }),
  ),
  label: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 600 }), {
      maxItems: 20,
      description: 'With all of these labels (`metadata`): `team`, or `team:payments`.',
    }),
  ),
}
