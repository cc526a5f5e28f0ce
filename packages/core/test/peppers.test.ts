import { verify } from '@node-rs/argon2'
import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { createHashes } from '../src/crypto/hashes.ts'
import { createSlowHash } from '../src/crypto/slow-hash.ts'
import { createKeyRing, generateKey, type Plugin, Secret } from '../src/index.ts'
import { createMetrics } from '../src/metrics.ts'
import { createOwnSecrets } from '../src/storage/own-secrets.ts'
import { createPeppers } from '../src/storage/peppers.ts'
import { pin } from './plugins/pin.ts'
import { must } from './support/people.ts'
import { secondPool } from './support/pools.ts'
import { query } from './support/rows.ts'

const answer = new Secret('Sir Humphrey')
const wrong = new Secret('Sir Bernard')

eachDatabase('Versions of the pepper', (open, driver) => {
  const key = generateKey('one')
  const ring = createKeyRing(key)
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
    await createOwnSecrets(database.db, ring)
  })

  /** What one process has: its hashes, its peppers and a clock of its own. */
  function openProcess(on = database, keys = ring) {
    let time = 0
    const peppers = createPeppers(on.db, keys, () => time)
    const hashes = createHashes(createSlowHash(createMetrics()), peppers)
    const pass = (milliseconds: number) => {
      time += milliseconds
    }
    return { peppers, hashes, pass }
  }
  const names = async () =>
    (
      await query<{ name: string }>(
        database,
        sql`select name from security_info.sealed_secret where name like 'pepper%' order by length(name), name`,
      )
    ).map(({ name }) => name)

  it('C22: hashes are made with the newest, say so, and can not be tried with an older one', async () => {
    const { hashes, peppers } = openProcess()
    const first = await hashes.hash(answer)
    expect(first, 'as they were before there were versions').toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    for (const version of [2, 3]) {
      expect(await peppers.rotate()).toBe(version)
      const hash = await hashes.hash(answer)
      expect(hash).toMatch(new RegExp(`^pepper/${version}\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$`))
      expect([await hashes.matches(hash, answer), await hashes.matches(hash, wrong)]).toEqual([true, false])
      const bare = hash.slice(hash.indexOf('$'))
      const leaked = Buffer.from(await peppers.of(version - 1))
      expect(await verify(bare, answer.reveal(), { secret: leaked })).toBe(false)
      expect(await hashes.matches(bare, answer), 'of another version').toBe(false)
      expect([await hashes.isOutdated(first), await hashes.isOutdated(hash)]).toEqual([true, false])
    }
    expect([await hashes.matches(first, answer), await hashes.matches(first, wrong)]).toEqual([true, false])
    expect(await names()).toEqual(['pepper', 'pepper/2', 'pepper/3'])
  })

  it('C22: a leaked one can not be put in the place of a newer one, or be made the newest', async () => {
    const { peppers } = openProcess()
    await peppers.rotate()
    const [old] = await query<{ value: Uint8Array }>(
      database,
      sql`select value from security_info.sealed_secret where name = 'pepper'`,
    )
    for (const name of ['pepper/2', 'pepper/3']) {
      await database.db.execute(sql`insert into security_info.sealed_secret (name, value)
        values (${name}, ${must(old).value}) on conflict (name) do update set value = excluded.value`)
      await expect(openProcess().hashes.hash(answer)).rejects.toThrow(/unable to authenticate/)
    }
  })

  it('C23: the tenth is newer than the ninth', async () => {
    const { peppers, hashes } = openProcess()
    for (let version = 2; version <= 11; version++) expect(await peppers.rotate()).toBe(version)
    const hash = await openProcess().hashes.hash(answer)
    expect(hash).toMatch(/^pepper\/11\$/)
    expect(await hashes.matches(hash, answer)).toBe(true)
  })

  it('C23: a process matches what another made with a newer one, and takes it for no older one', async () => {
    const [here, there] = [openProcess(), openProcess()]
    const first = await here.hashes.hash(answer)
    await there.peppers.rotate()
    const newer = await there.hashes.hash(answer)
    expect([await here.hashes.matches(newer, answer), await here.hashes.matches(newer, wrong)]).toEqual([
      true,
      false,
    ])
    expect(await here.hashes.hash(answer), 'not noticed yet').toMatch(/^\$argon2id/)
    expect([await here.hashes.isOutdated(newer), await here.hashes.isOutdated(first)]).toEqual([false, false])
  })

  it('C23: a process notices within a minute, and reads once a minute and not for each hash', async () => {
    const [here, there] = [openProcess(), openProcess()]
    const first = await here.hashes.hash(answer)
    await there.peppers.rotate()
    const reads = await database.statements.count(async () => {
      here.pass(59_999)
      expect(await here.hashes.hash(answer)).toMatch(/^\$argon2id/)
      expect(await here.hashes.matches(first, answer)).toBe(true)
    })
    expect(reads, 'within the minute').toBe(0)
    here.pass(1)
    const after = await database.statements.count(async () => {
      const many = await Promise.all([1, 2, 3, 4].map(() => here.hashes.hash(answer)))
      for (const hash of many) expect(hash).toMatch(/^pepper\/2\$/)
      expect(await here.hashes.isOutdated(first)).toBe(true)
      expect(await here.hashes.matches(first, wrong)).toBe(false)
      expect(await here.hashes.matches(must(many[0]), wrong)).toBe(false)
    })
    expect(after, 'for all of them').toBe(1)
  })

  it('C23: a hash of a version that is not there is no match, and the operator hears which one', async () => {
    const { hashes, peppers } = openProcess()
    const first = await hashes.hash(answer)
    await peppers.rotate()
    const lost = `pepper/3${first}`
    await expect(hashes.matches(lost, answer)).rejects.toThrow(
      /version 3 of the pepper, but security_info\.sealed_secret has no row "pepper\/3"/,
    )
    await expect(hashes.matches(lost, answer), 'nor the next time').rejects.toThrow(/"pepper\/3"/)
    for (const strange of [`pepper/0${first}`, `pepper/-1${first}`, `pepper/2x${first}`, `pepper/${first}`]) {
      await expect(hashes.matches(strange, answer), strange).rejects.toThrow(/./)
    }
    expect(await hashes.matches(`pepper/2${first}`, answer), 'of another version').toBe(false)
  })

  it('C23: a first version that was taken away is missed, and not made up anew by the next migration', async () => {
    const { hashes, peppers } = openProcess()
    const first = await hashes.hash(answer)
    await peppers.rotate()
    await database.db.execute(sql`delete from security_info.sealed_secret where name = 'pepper'`)
    await createOwnSecrets(database.db, ring)
    expect(await names()).toEqual(['pepper/2'])
    const later = openProcess().hashes
    await expect(later.matches(first, answer)).rejects.toThrow(/no row "pepper"\./)
    expect(await later.matches(await later.hash(answer), answer)).toBe(true)
  })

  it('C23: a read that fails is nobody else’s answer', async () => {
    await database.db.execute(sql`delete from security_info.sealed_secret where name = 'pepper'`)
    const { hashes, peppers } = openProcess()
    await expect(hashes.hash(answer)).rejects.toThrow(/"pepper" is missing; run the migration first/)
    await expect(peppers.rotate()).rejects.toThrow(/run the migration first/)
    await createOwnSecrets(database.db, ring)
    expect(await hashes.matches(await hashes.hash(answer), answer)).toBe(true)
  })

  it('C23: many rotations at once all come to a version that is there, with none left out', async () => {
    const pool = secondPool(database)
    const [here, there] = [openProcess(), openProcess(pool)]
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, at) => (at % 2 ? here : there).peppers.rotate()),
    )
    const last = Math.max(...made)
    expect(Math.min(...made)).toBeGreaterThanOrEqual(2)
    const upTo = Array.from({ length: last - 1 }, (_, at) => `pepper/${at + 2}`)
    expect(await names()).toEqual(['pepper', ...upTo])
    expect((await openProcess().peppers.newest()).version).toBe(last)
    const [a, b] = await Promise.all(
      [openProcess(), openProcess(pool)].map(({ hashes }) => hashes.hash(answer)),
    )
    expect(await here.hashes.matches(must(a), answer)).toBe(true)
    expect(await there.hashes.matches(must(b), answer)).toBe(true)
    if (driver === 'postgres') await pool.close()
  })

  it('C23: a rotation of the keys covers all versions, and a pepper holds the key that sealed it', async () => {
    const { hashes, peppers } = openProcess()
    const made = [await hashes.hash(answer)]
    await peppers.rotate()
    made.push(await hashes.hash(answer))
    const plugins: readonly Plugin[] = [pin()]
    const next = generateKey('two')
    const both = await openTestGateway(database, { plugins, keyRing: createKeyRing(`${next},${key}`) })
    expect(await both.securityInfo.rotatePepper()).toEqual({ version: 3 })
    expect((await both.securityInfo.rotateKeys()).rewrapped).toBeGreaterThanOrEqual(2)
    expect((await both.securityInfo.rotateKeys()).rewrapped).toBe(0)
    const after = openProcess(database, createKeyRing(next))
    made.push(await after.hashes.hash(answer))
    expect(made[2]).toMatch(/^pepper\/3\$/)
    for (const hash of made) {
      expect([await after.hashes.matches(hash, answer), await after.hashes.matches(hash, wrong)]).toEqual([
        true,
        false,
      ])
    }
  })

  it('C23: the start misses a key that nothing but a new pepper was sealed with', async () => {
    const gateway = (keys: string) =>
      openTestGateway(database, { plugins: [pin()], keyRing: createKeyRing(keys) })
    await gateway(key)
    const early = generateKey('early')
    await openProcess(database, createKeyRing(`${early},${key}`)).peppers.rotate()
    await expect(gateway(key)).rejects.toThrow(/key "early": data in this database is sealed with it/)
  })
})
