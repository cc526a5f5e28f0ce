import { checkAll } from '../../src/conformance/check-all.ts'
import { createSuite } from '../../src/conformance/suite.ts'
import { type Conformance, openTestDatabase } from '../../src/index.ts'

/** What is wrong, the check that has to find it, and how it is done. */
export type Flaw<Handlers> = readonly [
  what: string,
  check: RegExp,
  flaw: (right: Handlers) => Partial<Handlers>,
]

/** Runs the kit's checks on one PGlite database, outside of any test, and gives the names of those that fail. */
export async function failuresOf<Device>(
  conformance: Conformance<Device>,
  wanted: (check: string) => boolean = () => true,
): Promise<{
  readonly ran: number
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}> {
  const checks: { readonly name: string; run(): Promise<void> }[] = []
  const skipped: string[] = []
  const opened: Awaited<ReturnType<typeof openTestDatabase>>[] = []
  const open = async () => {
    const database = await openTestDatabase('pglite')
    opened.push(database)
    return database
  }
  const put = {
    check: (name: string, run: () => Promise<void>) => void checks.push({ name, run }),
    skip: (name: string, why: string) => void skipped.push(`${name}: ${why}`),
  }
  checkAll(createSuite(conformance, open, put))
  const failed: string[] = []
  const chosen = checks.filter(({ name }) => wanted(name))
  for (const { name, run } of chosen) {
    await run().catch((error: unknown) => failed.push(`${name}: ${String(error)}`))
  }
  await Promise.all(opened.map((database) => database.close()))
  return { ran: chosen.length, failed, skipped }
}
