import { type Migration, migrations, newestOf } from '../../src/store/postgres/migrations.ts'

const known = newestOf(migrations())
/** The release after this one: it adds, fills an index beside the traffic, and takes away. */
export const expand: Migration = {
  version: known + 1,
  name: 'next_expand.sql',
  phase: 'expand',
  statements: [
    'alter table message add column origin text',
    'alter table open_delivery add column origin text',
    'create table origin (id text primary key)',
  ],
}
export const index: Migration = {
  version: known + 2,
  name: 'next_index.sql',
  phase: 'expand',
  statements: ['create index concurrently open_delivery_origin on open_delivery (origin)'],
}
export const contract: Migration = {
  version: known + 3,
  name: 'next.contract.sql',
  phase: 'contract',
  statements: ['drop table origin'],
}
