import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { statementsOf } from './statements.ts'

test('a migration is cut between its statements and nowhere else', () => {
  const sql = `-- First; of all.
create table a (x text default ';', -- here; too
  y integer check (case when y > 0 then true else false end));

create function f() returns trigger language plpgsql as $$
begin
  return new;
end
$$;
create trigger t before update on a
begin
  select raise(abort, 'it''s; over');
end;
-- The end.
`
  assert.deepEqual(
    statementsOf(sql).map((text) => text.slice(0, 14)),
    ['create table a', 'create functio', 'create trigger'],
  )
})

test('nothing of the real migrations is lost', () => {
  const files = globSync('*/migrations/*.sql', { cwd: import.meta.dirname })
  assert(files.length > 5)
  for (const file of files) {
    const sql = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
    const bare = (text: string): string => text.replace(/--[^\n]*/g, '').replace(/[\s;]+/g, '')
    assert.equal(bare(statementsOf(sql).join('')), bare(sql), file)
  }
})
