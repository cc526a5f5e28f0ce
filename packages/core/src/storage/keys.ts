import { sql } from 'drizzle-orm'
import { operatorInsert } from '../audit/operator.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { place } from '../crypto/sealing.ts'
import { ConfigurationFault } from '../faults.ts'
import type { Host } from '../host.ts'
import { type Db, rows } from './database.ts'
import { bytes, text, uuid } from './sql.ts'

const CANARY = Buffer.from('security-info', 'utf8')
const canaryPlace = (id: string) => place('sealing_key', 'nobody', id)

/** Remembers that the current key is in use. */
export async function recordKeys(db: Db, ring: KeyRing): Promise<void> {
  await db.execute(sql`
    insert into security_info.sealing_key (id, canary)
    select ${text(ring.current)}, ${bytes(ring.seal(CANARY, canaryPlace(ring.current)))}
    on conflict (id) do nothing`)
}

/** Stops the start where a key that sealed data is missing or not the same. @throws ConfigurationFault */
export async function checkKeys(db: Db, ring: KeyRing): Promise<void> {
  const used = await rows<{ id: string; canary: Uint8Array }>(
    db,
    sql`select id, canary from security_info.sealing_key order by id`,
  )
  const faults = used.flatMap(({ id, canary }) => {
    try {
      ring.open(canary, canaryPlace(id))
      return []
    } catch {
      const problem = ring.ids.includes(id)
        ? 'it is not the key that data in this database was sealed with'
        : 'data in this database is sealed with it, but it is not in the key ring'
      return [
        {
          where: `key "${id}"`,
          problem,
          fix: 'Put the right key back into the ring. Older keys can go once `security-info keys rotate` finds nothing left to do.',
        },
      ]
    }
  })
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

/** The sealed columns: everything a rotation has to rewrap. */
const SEALED = [
  { table: 'account', column: 'password', key: 'user_id' },
  { table: 'method', column: 'stored', key: 'id' },
  { table: 'flow', column: 'pending', key: 'id' },
  { table: 'flow', column: 'signal', key: 'id' },
  { table: 'flow', column: 'delivery', key: 'id' },
  { table: 'sign_in_flow', column: 'pending', key: 'id' },
  { table: 'message', column: 'sealed', key: 'id' },
  { table: 'removed_method', column: 'stored', key: 'id' },
  { table: 'access_pass', column: 'hash', key: 'id' },
] as const
const BATCH = 500

/**
 * Rewraps every sealed value with the current key, in batches, while the gateway runs: a value that changed meanwhile is
 * already sealed with the current key and is left alone.
 *
 * The older keys are forgotten by the run that finds nothing left to do: until then a gateway that was not restarted with the
 * new ring may still be sealing with one of them.
 */
export async function rotateKeys({ db, ring }: Host): Promise<{ readonly rewrapped: number }> {
  await recordKeys(db, ring)
  let rewrapped = 0
  for (const { table, column, key } of SEALED) {
    const from = sql`security_info.${sql.identifier(table)}`
    const sealed = sql.identifier(column)
    const id = sql.identifier(key)
    let after = { userId: '00000000-0000-0000-0000-000000000000', id: '00000000-0000-0000-0000-000000000000' }
    for (;;) {
      const batch = await rows<{ user_id: string; id: string; sealed: Uint8Array }>(
        db,
        sql`select user_id, ${id} as id, ${sealed} as sealed from ${from}
          where (user_id, ${id}) > (${uuid(after.userId)}, ${uuid(after.id)}) and ${sealed} is not null
          order by user_id, ${id} limit ${BATCH}`,
      )
      for (const row of batch) {
        const next = ring.rewrap(row.sealed)
        if (!next) continue
        await db.execute(sql`update ${from} set ${sealed} = ${bytes(next)}
          where user_id = ${uuid(row.user_id)} and ${id} = ${uuid(row.id)} and ${sealed} = ${bytes(row.sealed)}`)
        rewrapped++
      }
      const last = batch.at(-1)
      if (!last || batch.length < BATCH) break
      after = { userId: last.user_id, id: last.id }
    }
  }
  rewrapped += await rotateOwnSecrets(db, ring)
  const event = { keyId: ring.current, count: rewrapped }
  if (rewrapped > 0) await db.execute(operatorInsert('keys.rotated', event))
  else {
    await db.execute(sql`
      with forgotten as (delete from security_info.sealing_key where id <> ${ring.current} returning id)
      ${operatorInsert('keys.rotated', event, sql`forgotten`)}`)
  }
  return { rewrapped }
}

async function rotateOwnSecrets(db: Db, ring: KeyRing): Promise<number> {
  let rewrapped = 0
  const secrets = await rows<{ name: string; value: Uint8Array }>(
    db,
    sql`select name, value from security_info.sealed_secret`,
  )
  for (const { name, value } of secrets) {
    const next = ring.rewrap(value)
    if (!next) continue
    await db.execute(sql`update security_info.sealed_secret set value = ${bytes(next)} where name = ${name}`)
    rewrapped++
  }
  return rewrapped
}
