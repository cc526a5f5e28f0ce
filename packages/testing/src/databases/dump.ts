import { testClockTable } from './clock.ts'
import type { DriverDatabase } from './driver.ts'

// A partitioned table is one table, whatever it is made of.
const tables = `SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('security_info', 'public') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> '${testClockTable}' ORDER BY 1`

/**
 * All rows of all tables in the schemas `security_info` and `public`, one a line: the table's name and the row as JSON.
 * Bytes are written in hex and once more as Latin-1, so that a search for a secret finds it in both.
 */
export async function dumpDatabase(database: DriverDatabase): Promise<string> {
  const lines: string[] = []
  for (const { name } of await database.query(tables)) {
    const rows = await database.query(`SELECT row_to_json(t)::text AS json FROM ${name} AS t ORDER BY 1`)
    for (const { json } of rows) lines.push(`${name} ${json}`, ...bytesIn(String(json)))
  }
  return lines.join('\n')
}

function bytesIn(json: string): readonly string[] {
  const found = json.matchAll(/"\\\\x([0-9a-f]+)"/g)
  return Array.from(found, ([, hex = '']) => `  as text: ${Buffer.from(hex, 'hex').toString('latin1')}`)
}
