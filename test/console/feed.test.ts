/** What a feed shows while its head and its pages come at times of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { merged, notInPages } from '../../console/src/state/feed-rows.ts'

interface Row {
  readonly id: string
  readonly state: string
}

/** A list on a server, and the page that shows it, as `useFeed` puts its parts together. */
function feedOver(server: Row[]) {
  const load = (limit: number): readonly Row[] => server.toReversed().slice(0, limit)
  let [pages, head, accepted]: (readonly Row[])[] = [[], [], []]
  const look = () => {
    const extra = notInPages(accepted ?? [], pages ?? [])
    const known = [...extra, ...(pages ?? [])]
    return { extra, ...merged(known, head ?? [], (row) => row) }
  }
  return {
    look,
    loadPages: (limit = 100) => {
      pages = load(limit)
    },
    loadHead: (limit = 100) => {
      head = load(limit)
    },
    accept: () => {
      const { fresh, extra } = look()
      accepted = [...fresh, ...extra]
    },
  }
}

const idsOf = (rows: readonly Row[]): string => rows.map(({ id }) => id).join('')

test('a row that came live and then with its page is shown once', () => {
  const server: Row[] = [...'abc'].map((id) => ({ id, state: 'sending' }))
  const feed = feedOver(server)
  feed.loadPages()
  server.push({ id: 'd', state: 'sending' })
  feed.loadHead()
  assert.deepEqual([idsOf(feed.look().rows), idsOf(feed.look().fresh)], ['cba', 'd'], 'it waits')
  feed.accept()
  assert.deepEqual([idsOf(feed.look().rows), idsOf(feed.look().fresh)], ['dcba', ''])
  feed.loadPages() // a recovery ended, for example
  assert.deepEqual([idsOf(feed.look().rows), idsOf(feed.look().fresh)], ['dcba', ''])
  server[3] = { id: 'd', state: 'succeeded' }
  feed.loadHead()
  assert.equal(feed.look().rows[0]?.state, 'succeeded', 'in place')
})

test('whatever comes first, each row is shown or waits, once and in order', () => {
  const moves = ['event', 'loadHead', 'loadPages', 'accept'] as const
  const rounds = moves.length ** 6
  for (let round = 0; round < rounds; round += 1) {
    const server: Row[] = [{ id: 'a', state: 'sending' }]
    const feed = feedOver(server)
    feed.loadPages()
    let left = round
    for (let step = 0; step < 6; step += 1, left = Math.floor(left / moves.length)) {
      const move = moves[left % moves.length] ?? 'event'
      if (move === 'event') {
        server.push({ id: String.fromCharCode(98 + step), state: 'sending' })
      } else feed[move]()
      const { rows, fresh } = feed.look()
      const seen = idsOf([...fresh, ...rows])
      assert.equal(seen, [...new Set(seen)].sort().reverse().join(''), `round ${round}, ${move}`)
    }
    feed.loadHead()
    const { rows, fresh } = feed.look()
    assert.equal(idsOf([...fresh, ...rows]), idsOf(server.toReversed()), `round ${round}`)
  }
})
