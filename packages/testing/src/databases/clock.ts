import type { DriverDatabase } from './driver.ts'

/** Moves the time of one test database for everyone who is connected to it. Time keeps running. */
export interface TestClock {
  /** Goes forward by so many milliseconds; back, where they are negative. */
  advance(milliseconds: number): Promise<void>
  /** Runs ahead of the real time by so many milliseconds, whatever it did before. */
  set(offset: number): Promise<void>
  /** Goes on to just after the next multiple of so many seconds: what is counted in windows of that length begins anew there. */
  toWindow(seconds: number): Promise<void>
  /** Back to the real time. */
  reset(): Promise<void>
  /** What the database says the time is. */
  now(): Promise<Date>
}

/** Core asks `security_info.now()` for the time; only here it answers with an offset. The table has one row. */
export const testClockTable = 'security_info_test_clock'
const installation = [
  `CREATE TABLE public.${testClockTable} (value interval NOT NULL)`,
  `INSERT INTO public.${testClockTable} VALUES (interval '0')`,
  `CREATE OR REPLACE FUNCTION security_info.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.now() + value FROM public.${testClockTable} $$`,
]

/** Puts the clock into a database that core has migrated. */
export async function installClock(database: DriverDatabase): Promise<void> {
  for (const statement of installation) await database.query(statement)
}

/** The hands of the clock. They don't count as statements. */
export function clockOf(database: DriverDatabase): TestClock {
  const update = async (value: string, milliseconds: number) => {
    if (!Number.isFinite(milliseconds)) throw new RangeError(`Expected milliseconds, got ${milliseconds}.`)
    await database.query(`UPDATE public.${testClockTable} SET value = ${value}`)
  }
  const span = (milliseconds: number) => `interval '${milliseconds} milliseconds'`
  const advance = (milliseconds: number) => update(`value + ${span(milliseconds)}`, milliseconds)
  const now = async () => {
    const [row] = await database.query(
      'SELECT (extract(epoch FROM security_info.now()) * 1000)::float8 AS ms',
    )
    return new Date(Number(row?.ms))
  }
  return {
    advance,
    set: (offset) => update(span(offset), offset),
    async toWindow(seconds) {
      const length = seconds * 1000
      await advance(length - ((await now()).getTime() % length) + 1000)
    },
    reset: () => update(span(0), 0),
    now,
  }
}
