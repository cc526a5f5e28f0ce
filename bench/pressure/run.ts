/**
 * What people who are signed in notice of others: of a flood of sign-ins, which are slow on purpose (H29), and of the sweep of a million
 * expired rows (M15). One gateway in a process of its own on a real PostgreSQL; `pnpm bench:pressure`.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { generateKey, Secret } from '@security-info/core'
import { createClient } from '@security-info/testing'
import { generate } from 'otplib'
import postgres from 'postgres'
import { figuresOf } from '../support/figures.ts'
import { pause, startLoad, until } from '../support/load.ts'
import { PUBLIC_URL } from '../support/nodes.ts'
import { openGateway } from '../support/open-gateway.ts'
import { startProcess, startServer } from '../support/processes.ts'
import { bounded } from '../support/run.ts'
import { table } from '../support/verdict.ts'
import { type Ask, asking } from './ask.ts'

const PEOPLE = 40
const PHASE_MS = 25_000
/** Of people who look at their methods and begin a proof. */
const PER_SECOND = 40
const FLOOD_PER_SECOND = 200
const EXPIRED = 1_000_000
const GOAL_MS = 500
const GOAL_RATIO = 2

const PASSWORD = 'a rather long bench phrase'
const SIGN_IN = 'mutation M($input: SignInInput!) { signIn(input: $input) { __typename } }'
const LOOK = '{ viewer { securityInfo { methods { id label } } } }'
const BEGIN = 'mutation M($input: BeginChallengeInput!) { beginChallenge(input: $input) { __typename } }'

interface Took {
  readonly start: number
  readonly end: number
}

async function run(): Promise<boolean> {
  const { url, stop } = await startServer()
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const keys = generateKey('bench')
  const tokens = await people(url, keys)
  const gateway = await startProcess(join(import.meta.dirname, '../support/gateway.ts'), {
    BENCH_DATABASE: url,
    BENCH_KEYS: keys,
  })
  const ask = asking(gateway.port, PUBLIC_URL)
  const outcomes = new Map<string, number>()

  const fine = await watched(ask, tokens, () => pause(PHASE_MS))
  const flooded = await watched(ask, tokens, async () => {
    const flood = startLoad(FLOOD_PER_SECOND, async () => {
      const outcome = await stranger(ask)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    })
    await pause(PHASE_MS)
    await flood.stop()
  })
  console.log(`Writing ${EXPIRED} expired rows …`)
  await expire(sql)
  let sweepMs = 0
  // The gateway sweeps once a minute: from the first row that goes to the last.
  await until(
    async () => ((await left(sql)) < EXPIRED ? true : undefined),
    () => false,
    100,
  )
  const swept = await watched(ask, tokens, async () => {
    const start = performance.now()
    await until(
      async () => ((await left(sql)) === 0 ? true : undefined),
      () => false,
      500,
    )
    sweepMs = performance.now() - start
  })
  const after = await watched(ask, tokens, () => pause(PHASE_MS))
  gateway.end()
  await sql.end({ timeout: 1 })
  await stop()
  console.log(`\nThe flood: ${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`)
  console.log(`The sweep took ${(sweepMs / 1000).toFixed(1)} s.`)
  return announce({ fine, flooded, swept, after })
}

/** How long the requests of signed-in people take while something else goes on. */
async function watched(ask: Ask, tokens: readonly string[], meanwhile: () => Promise<unknown>) {
  const took: Took[] = []
  let turn = 0
  const load = startLoad(PER_SECOND, async () => {
    const token = tokens[turn++ % tokens.length] ?? ''
    const start = performance.now()
    const { status } =
      turn % 2 === 0 ? await ask(LOOK, {}, { token }) : await ask(BEGIN, { input: {} }, { token })
    if (status !== 200) throw new Error(`Somebody who is signed in was answered with ${status}.`)
    took.push({ start, end: performance.now() })
  })
  await meanwhile()
  await load.stop()
  return took
}

/** A wrong password for nobody, each from another address. */
async function stranger(ask: Ask): Promise<string> {
  const [a = 0, b = 0, c = 0] = randomBytes(3)
  const input = { identifier: `nobody-${randomBytes(4).toString('hex')}@example.test`, password: PASSWORD }
  const { status, body } = await ask(SIGN_IN, { input }, { address: `10.${a}.${b}.${c}` })
  return status === 200 ? (/"(?:code|__typename)":"(\w+)"/.exec(body)?.[1] ?? 'nothing') : String(status)
}

/** People with an app and a full session. Gives their tokens. */
async function people(url: string, keys: string): Promise<readonly string[]> {
  const securityInfo = await openGateway(url, keys)
  await securityInfo.migrate()
  const tokens: string[] = []
  for (let person = 0; person < PEOPLE; person++) {
    const identifier = `person-${randomBytes(4).toString('hex')}@example.test`
    await securityInfo.accounts.create({
      identifier,
      displayName: 'Somebody',
      password: new Secret(PASSWORD),
    })
    const client = createClient(securityInfo)
    await client.signIn({ identifier, password: PASSWORD })
    const { enrollment } = await client.beginEnrollment(
      { method: { totp: {} } },
      '... on TotpSetup { manualKey }',
    )
    const secret = String(enrollment?.step.manualKey).replaceAll(' ', '')
    const proof = { totp: { code: await generate({ secret }) } }
    await client.confirmEnrollment({ enrollmentId: enrollment?.id, proof })
    await client.finishRegistration()
    tokens.push(client.token ?? '')
  }
  await securityInfo.stop()
  return tokens
}

async function expire(sql: postgres.Sql): Promise<void> {
  await sql`insert into security_info.flow
      (user_id, id, type, session_id, kind, way, pending, attempts, attempts_left, created_at, expires_at)
    select gen_random_uuid(), gen_random_uuid(), 'CHALLENGE', gen_random_uuid(), 'totp', 'app', ${randomBytes(100)}, 0, 5,
      now() - interval '2 days', now() - interval '1 day'
    from generate_series(1, ${EXPIRED}::int)`
}

async function left(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from security_info.flow where expires_at < now() - interval '2 hours'`
  return row?.n ?? 0
}

function announce(
  phases: Readonly<Record<'fine' | 'flooded' | 'swept' | 'after', readonly Took[]>>,
): boolean {
  const figures = Object.entries(phases).map(([name, took]) => ({ name, ...figuresOf(took) }))
  const lines = figures.map(({ name, count, median, p99, longest }) => [
    name,
    String(count),
    ...[median, p99, longest].map((ms) => ms.toFixed(0)),
  ])
  console.log(`\n${table(['phase', 'requests', 'median ms', 'p99 ms', 'longest'], lines)}`)
  const p99 = (name: string) => figures.find((one) => one.name === name)?.p99 ?? Number.POSITIVE_INFINITY
  const ratio = p99('swept') / p99('fine')
  const holds = p99('flooded') < GOAL_MS && ratio < GOAL_RATIO
  console.log(
    `\n${holds ? 'pass' : 'FAIL'}: p99 ${p99('flooded').toFixed(0)} ms in the flood (goal ${GOAL_MS}); in the sweep ${ratio.toFixed(2)} times as long (goal ${GOAL_RATIO}).`,
  )
  return holds
}

await bounded(900, run)
