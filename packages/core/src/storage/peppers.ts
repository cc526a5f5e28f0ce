import { sql } from 'drizzle-orm'
import { operatorInsert } from '../audit/operator.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { type Db, maybeRow } from './database.ts'
import { recordKeys } from './keys.ts'
import { missing, newSecret, openSecret, readSecret } from './own-secrets.ts'
import { text } from './sql.ts'

/** One version of the pepper. */
interface Pepper {
  /** 1 for the first. */
  readonly version: number
  readonly key: Uint8Array
}

/** All versions of the pepper. None goes by itself: some hash may still need it. */
export interface Peppers {
  /** What new hashes are made with: the newest version, or one that was the newest a minute ago. */
  newest(): Promise<Pepper>
  /** The key of one version. @throws where there is none of that version */
  of(version: number): Promise<Uint8Array>
  /** Makes the next version. Of two at once, both may come to the same one. Returns which is in force now. */
  rotate(): Promise<number>
}

/** A pepper that was replaced in another process is noticed after so long. */
const FRESH_MS = 60_000
const nameOf = (version: number) => (version === 1 ? 'pepper' : `pepper/${version}`)

/**
 * The versions are rows `pepper`, `pepper/2`, `pepper/3`. None ever changes, so each is read once. Which one is the newest is read
 * again where that was a minute ago, by a clock that nobody sets: a bound that holds without traffic of any kind (no hash of a
 * newer one has to be met first), and in which nothing breaks, since a hash names its version.
 */
export function createPeppers(db: Db, ring: KeyRing, clock: () => number = () => performance.now()): Peppers {
  const known = new Map<number, Uint8Array>()
  let newest: Promise<Pepper> | undefined
  let readAt = 0
  const readNewest = async (): Promise<Pepper> => {
    const row = await maybeRow<{ name: string; value: Uint8Array }>(
      db,
      // The longer number is the higher one.
      sql`select name, value from security_info.sealed_secret where name = 'pepper' or name like 'pepper/%'
        order by length(name) desc, name desc limit 1`,
    )
    if (!row) throw missing('pepper')
    const version = Number(row.name.split('/')[1] ?? 1)
    const key = openSecret(ring, row.name, row.value)
    known.set(version, key)
    return { version, key }
  }
  const current = () => {
    if (newest && clock() - readAt < FRESH_MS) return newest
    readAt = clock()
    // Read once for all who ask meanwhile; a failure is nobody's answer but theirs.
    const reading = readNewest().catch((error: unknown) => {
      if (newest === reading) newest = undefined
      throw error
    })
    newest = reading
    return reading
  }
  return {
    newest: current,
    async of(version) {
      const key = known.get(version) ?? (await readSecret(db, ring, nameOf(version)))
      if (!key) throw noPepper(version)
      known.set(version, key)
      return key
    },
    async rotate() {
      // The start checks the keys that are recorded: one that sealed a pepper must not be taken out of the ring unnoticed.
      await recordKeys(db, ring)
      const version = (await readNewest()).version + 1
      const name = nameOf(version)
      await db.execute(sql`
        with made as (
          insert into security_info.sealed_secret (name, value)
          select ${text(name)}, ${newSecret(ring, name)}
          on conflict (name) do nothing
          returning name
        )
        ${operatorInsert('pepper.rotated', { version }, sql`made`)}`)
      newest = undefined
      return (await current()).version
    },
  }
}

function noPepper(version: number): Error {
  return new Error(
    `A hash was made with version ${version} of the pepper, but security_info.sealed_secret has no row "${nameOf(version)}". Nothing can be compared with that hash until the row is back: restore it from a backup.`,
  )
}
