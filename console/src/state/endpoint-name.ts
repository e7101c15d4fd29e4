import type { EventChoice } from '../components/event-picker.tsx'
import { hostOf } from './data.ts'

const namesMax = 2

/** A name for a new endpoint, from where it is and what it gets: `order, user – api.example.com`. */
export function suggestedName(url: string, events: EventChoice): string {
  const host = URL.canParse(url.trim()) ? hostOf(url.trim()) : ''
  if (host === '') return ''
  const groups = [...new Set((events ?? []).map((name) => name.split(/[._*-]/, 1)[0] ?? name))]
  const some = groups.filter((name) => name !== '').slice(0, namesMax)
  if (some.length === 0) return host
  return `${some.join(', ')}${groups.length > namesMax ? '…' : ''} – ${host}`
}
