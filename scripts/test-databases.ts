/**
 * `pnpm test:databases`: the tests that need a database once more, on PGlite and then on another PostgreSQL whose tables are split by
 * person. Both runs are made, also when the first fails. What is given is handed to vitest: `pnpm test:databases totp`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Run {
  readonly title: string
  readonly databases: 'pglite' | 'postgres'
  readonly env?: Readonly<Record<string, string>>
}

/** The oldest that is supported; here Debian and Ubuntu put it. */
const programs = process.env.SECURITY_INFO_TEST_POSTGRES ?? '/usr/lib/postgresql/15/bin'
const partitions = '16'

const onPglite: Run = { title: 'PGlite', databases: 'pglite' }
const onAnother: Run = {
  title: `the PostgreSQL in ${programs}, each table of people in ${partitions} partitions`,
  databases: 'postgres',
  env: { SECURITY_INFO_TEST_POSTGRES: programs, SECURITY_INFO_TEST_PARTITIONS: partitions },
}

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

function passes({ title, databases, env }: Run): boolean {
  console.log(`\nThe tests that need a database, on ${title}:`)
  const { SECURITY_INFO_TEST_POSTGRES: _, ...rest } = process.env
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...rest, SECURITY_INFO_TEST_DATABASES: databases, ...env },
  })
  return status === 0
}

const there = existsSync(join(programs, 'postgres'))
const results = [onPglite, ...(there ? [onAnother] : [])].map(passes)
if (!there) {
  console.log(
    `There is no PostgreSQL in ${programs}, so the run on another one is left out. Install PostgreSQL 15, or name its folder in SECURITY_INFO_TEST_POSTGRES.`,
  )
}
process.exitCode = results.every(Boolean) ? 0 : 1
