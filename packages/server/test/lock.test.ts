import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clearAway, lockFile } from '../src/databases/lock.ts'
import { openPglite } from '../src/databases/pglite.ts'
import { endAll, start } from './support/process.ts'

let folder: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'security-info-lock-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(endAll)
const fresh = () => join(folder, `database-${count++}`)

/** Another process that opens the database and keeps it until it is told to stop. */
const hold = (directory: string) =>
  start(new URL('./support/hold-database.ts', import.meta.url), { cwd: folder, args: [directory] })

/** The number of a process that has just ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

describe('The lock of the embedded database', () => {
  it('refuses a second process, naming the first and what to do; nothing is written', async () => {
    const directory = fresh()
    const holder = hold(directory)
    await holder.printed('open')
    await expect(openPglite(directory)).rejects.toThrow(
      new RegExp(
        `already open: process ${holder.pid}, started .*[\\s\\S]*Stop that one first[\\s\\S]*DATABASE_URL`,
      ),
    )
    holder.signal('SIGTERM')
    expect(await holder.exit()).toBe(0)
    expect(existsSync(`${directory}.lock`)).toBe(false)
    const database = await openPglite(directory)
    await database.close()
  })

  it('refuses a second opening in the same process, and is free again after closing', async () => {
    const directory = fresh()
    const database = await openPglite(directory)
    await expect(openPglite(directory)).rejects.toThrow(`process ${process.pid}`)
    await database.close()
    expect(existsSync(`${directory}.lock`)).toBe(false)
  })

  it('takes over from a process that was killed, with all that it had written', async () => {
    const directory = fresh()
    const holder = hold(directory)
    await holder.printed('open')
    holder.signal('SIGKILL')
    await holder.exit()
    expect(existsSync(`${directory}.lock`)).toBe(true)
    const database = await openPglite(directory)
    const { rows } = (await database.db.execute(sql`SELECT value FROM kept`)) as unknown as {
      rows: unknown[]
    }
    expect(rows).toEqual([{ value: 'acknowledged' }])
    await database.close()
  })

  it('of many that find a dead lock at once, exactly one gets it', async () => {
    const path = join(folder, 'contended.lock')
    await writeFile(path, JSON.stringify({ pid: deadPid(), host: hostname(), startedAt: Date.now() }))
    const contenders = Array.from({ length: 8 }, () =>
      start(new URL('./support/take-lock.ts', import.meta.url), { cwd: folder, args: [path] }),
    )
    await Promise.all(contenders.map((contender) => contender.printed('\n')))
    const outcomes = contenders.map((contender) => contender.output().trim().split('\n')[0])
    expect(outcomes.filter((outcome) => outcome === 'got it')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'DatabaseInUse')).toHaveLength(7)
  })

  it('of two that found the same dead lock, the slower one leaves the lock of the faster alone', async () => {
    const path = join(folder, 'raced.lock')
    const dead = { pid: deadPid() ?? 0, host: hostname(), startedAt: 1 }
    await writeFile(path, 'the lock of the faster one')
    clearAway(path, JSON.stringify(dead), dead)
    expect(await readFile(path, 'utf8')).toBe('the lock of the faster one')
    await rm(path)
  })

  it('while one is taking over from a dead process, another one does not', async () => {
    const path = join(folder, 'busy.lock')
    const dead = { pid: deadPid() ?? 0, host: hostname(), startedAt: Date.now() }
    await writeFile(path, JSON.stringify(dead))
    await writeFile(`${path}.${dead.pid}-${dead.startedAt}`, '')
    expect(() => lockFile(path)).toThrow('Another process is just opening the embedded database')
    expect(await readFile(path, 'utf8')).toBe(JSON.stringify(dead))
    await Promise.all([rm(path), rm(`${path}.${dead.pid}-${dead.startedAt}`)])
  })

  it('takes over what was there before the machine was started, whatever process has that number now', async () => {
    const path = join(folder, 'reboot.lock')
    await writeFile(
      path,
      JSON.stringify({ pid: process.ppid, host: hostname(), startedAt: 1_000_000_000_000 }),
    )
    lockFile(path)()
    expect(existsSync(path)).toBe(false)
  })

  it.each([
    [
      'of another machine',
      JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: 1 }),
      /process 1 on elsewhere[\s\S]*delete/,
    ],
    ['that is empty', '', /delete/],
    ['that is no lock', '{"pid":"x"}', /delete/],
  ])('leaves a file alone %s, and says how to go on', async (_, text, message) => {
    const path = join(folder, 'foreign.lock')
    await writeFile(path, text)
    expect(() => lockFile(path)).toThrow(message)
    expect(await readFile(path, 'utf8')).toBe(text)
    await rm(path)
  })

  it('leaves no other files behind', async () => {
    const left = (await readdir(folder)).filter((name) => name.includes('.lock'))
    expect(left.filter((name) => name !== 'contended.lock')).toEqual([])
  })
})
