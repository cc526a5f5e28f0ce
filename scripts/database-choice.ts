import { globSync, readFileSync } from 'node:fs'
import type { ProvidedContext } from 'vitest'

const everyTest = ['packages/*/test/**/*.test.ts', 'bench/test/**/*.test.ts']
/** What says that a test file runs on whichever databases it is given; the others always open the same. */
const runsOn = {
  pglite: /\b(eachDatabase|describeMethod)\b/,
  postgres: /\b(eachDatabase|describeMethod|(openTestDatabase|startTwoProcesses)\((?!'pglite'))/,
}

type Driver = keyof typeof runsOn
type Choice = ProvidedContext['securityInfoDatabases']

/**
 * Which tests run, and on which databases. All of them on the PostgreSQL of the packages; or, where `SECURITY_INFO_TEST_DATABASES`
 * names others (`pglite`, `postgres` or both), those that make a difference there. `SECURITY_INFO_TEST_POSTGRES` is the folder with
 * the programs of another PostgreSQL, and `SECURITY_INFO_TEST_PARTITIONS` splits people's tables there.
 */
export function chosenDatabases(env: Readonly<Record<string, string | undefined>>): {
  readonly include: string[]
  readonly choice: Choice
} {
  const { SECURITY_INFO_TEST_DATABASES: names, SECURITY_INFO_TEST_POSTGRES: postgres } = env
  const partitions = Number(env.SECURITY_INFO_TEST_PARTITIONS ?? 0)
  const drivers = (names ?? 'postgres').split(',').map(driver)
  const choice: Choice = {
    drivers,
    ...(postgres ? { postgres } : {}),
    ...(partitions > 0 ? { partitions } : {}),
  }
  return { include: names === undefined ? everyTest : filesFor(drivers), choice }
}

function driver(name: string): Driver {
  if (name === 'pglite' || name === 'postgres') return name
  throw new Error(
    `SECURITY_INFO_TEST_DATABASES names "${name}"; expected pglite, postgres, or both with a comma between.`,
  )
}

function filesFor(drivers: readonly Driver[]): string[] {
  return globSync(everyTest).filter((file) => {
    const source = readFileSync(file, 'utf8')
    return drivers.some((name) => runsOn[name].test(source))
  })
}
