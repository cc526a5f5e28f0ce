/** A process that opens the embedded database, writes a row and keeps it open. */
import { sql } from 'drizzle-orm'
import { openPglite } from '../../src/databases/pglite.ts'

const database = await openPglite(process.argv[2] ?? '')
await database.db.execute(sql`CREATE TABLE IF NOT EXISTS kept (value text)`)
await database.db.execute(sql`INSERT INTO kept VALUES ('acknowledged')`)
const held = setInterval(() => {}, 60_000)
process.once('SIGTERM', () => void release())
process.stdout.write('open\n')

async function release(): Promise<void> {
  clearInterval(held)
  await database.close()
}
