import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { createTestDatabase, releasePostgres } from './postgres.ts'

after(releasePostgres)

test('the suite brings a real PostgreSQL and each caller gets a database of its own', async () => {
  const first = await createTestDatabase()
  const second = await createTestDatabase()
  try {
    assert.notEqual(first.url, second.url)
    const client = new pg.Client({ connectionString: first.url })
    await client.connect()
    const answer = await client.query('show server_version')
    await client.end()
    assert.match(String(answer.rows[0]?.server_version), /^18\./)
  } finally {
    await first.drop()
    await second.drop()
  }
})
