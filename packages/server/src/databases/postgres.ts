import { ConfigurationFault, type Database } from '@security-info/core'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { createDoubts, type Doubts } from './doubts.ts'
import { createTurns, type Turns } from './turns.ts'

/** Any number does, as long as all nodes use the same. */
const MIGRATION_LOCK = 7_433_210
const OLDEST = 15
const CONNECTIONS = 10
/** How long a statement waits for a connection: what asks for two in a row still is answered within some 2 s (M5). */
const PATIENCE_MS = 1500

/** What the driver says where it hangs up because of `target_session_attrs`. */
const REFUSED_SESSION = 'CONNECTION_DESTROYED'

/**
 * A PostgreSQL server.
 * @throws ConfigurationFault where it can't be reached, is a standby or too old; never with the password
 */
export async function openPostgres(url: string): Promise<Database> {
  const doubts = createDoubts()
  const sql = postgres(url, {
    max: CONNECTIONS,
    connect_timeout: 10,
    // M22: what was used up or revoked a moment ago is still good on a standby. Each connection is asked, for the server behind an address
    // can change; `read-write` would not do, as the driver takes a hot standby for writable.
    target_session_attrs: 'primary',
    onnotice: doubts.hear,
    connection: { application_name: 'security-info' },
  })
  try {
    await checkVersion(sql)
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
  const turns = createTurns(CONNECTIONS, PATIENCE_MS)
  const db = drizzle(inTurn(sql, turns, doubts))
  return {
    db,
    migrate: (config) => migrate(db, config),
    exclusively: (work) =>
      turns.take(async () => {
        // On a connection of its own: the migrator uses the pool's, and the lock ends with the connection at the latest.
        const holder = await sql.reserve()
        try {
          await holder`SELECT pg_advisory_lock(${MIGRATION_LOCK})`
          try {
            return await work()
          } finally {
            await holder`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`
          }
        } finally {
          holder.release()
        }
      }),
    close: () => sql.end({ timeout: 5 }),
  }
}

/** The driver as drizzle uses it, with statements and transactions that wait for their turn. What is in a transaction has it. */
function inTurn(sql: postgres.Sql, turns: Turns, doubts: Doubts): postgres.Sql {
  const unsafe = (...statement: Parameters<typeof sql.unsafe>) => {
    let asArrays = false
    // Drizzle says right after it has made a statement what it wants of it, so it begins a moment later.
    const answer = Promise.resolve().then(() =>
      turns.take(async () => {
        const query = sql.unsafe(...statement)
        return doubts.during(async () => (asArrays ? await query.values() : await query))
      }),
    )
    const values = () => {
      asArrays = true
      return answer
    }
    return Object.assign(answer, { values })
  }
  const begin = (work: (transaction: postgres.TransactionSql) => Promise<unknown>) =>
    turns.take(() => doubts.during(() => sql.begin(work)))
  const inOrder: Readonly<Record<PropertyKey, unknown>> = { unsafe, begin }
  return new Proxy(sql, { get: (target, name) => inOrder[name] ?? Reflect.get(target, name) })
}

async function checkVersion(sql: postgres.Sql): Promise<void> {
  const version = await versionOf(sql)
  if (Math.floor(version / 10_000) >= OLDEST) return
  throw fault(
    `it is PostgreSQL ${Math.floor(version / 10_000)}, and ${OLDEST} or newer is needed`,
    'Upgrade the server, or point DATABASE_URL to a newer one.',
  )
}

async function versionOf(sql: postgres.Sql): Promise<number> {
  try {
    const [row] = await sql<
      { version: number }[]
    >`SELECT current_setting('server_version_num')::int AS version`
    return row?.version ?? 0
  } catch (error) {
    const { host, port, database } = sql.options
    if ((error as { code?: unknown }).code === REFUSED_SESSION) {
      throw fault(
        `no server at ${host.join(', ')}:${port.join(', ')} is a primary (pg_is_in_recovery() is true): what was used up or revoked could still be good there`,
        'Point DATABASE_URL to the primary, or list all servers: postgres://user:password@one:5432,two:5432/database.',
      )
    }
    const what = error instanceof Error ? error.message : 'it does not answer'
    throw fault(
      `the PostgreSQL server at ${host.join(', ')}:${port.join(', ')} can't be used (database "${database}"): ${what}`,
      'Check that the server runs, and address, user, password and database in DATABASE_URL.',
    )
  }
}

function fault(problem: string, fix: string): ConfigurationFault {
  return new ConfigurationFault([{ where: 'DATABASE_URL', problem, fix }])
}
