/**
 * How long answers take for people who exist and for people who don't (row H4): a difference would say who has an account, and
 * who has which methods. `pnpm bench:timing [rounds]`; everybody is asked once in each round, in another order each time.
 */
import { randomBytes } from 'node:crypto'
import { type OutgoingMessage, Secret } from '@security-info/core'
import { email } from '@security-info/method-email'
import { phone } from '@security-info/method-phone'
import { totp } from '@security-info/method-totp'
import { type Client, createClient } from '@security-info/testing'
import { generate } from 'otplib'
import { type BenchDatabase, startDatabase } from '../support/database.ts'
import { randomFrom } from '../support/load.ts'
import { startNodes } from '../support/nodes.ts'
import { documents } from './documents.ts'

const ROUNDS = Number(process.argv[2] ?? 2000)
const NUMBER = '+12015550123'
/** The goal: no median of a kind of person is further from another's. */
const GOAL_MS = 5

interface Subject {
  readonly name: string
  readonly identifier: string
}

const plugins = () => [totp(), phone({ region: 'US' }), email()]
let lastCode = ''
const accepting = async (_channel: string, { code }: OutgoingMessage) => {
  lastCode = code?.reveal() ?? lastCode
  return { outcome: 'accepted' } as const
}

const database = await startDatabase(plugins())
const nodes = await startNodes(database, plugins, accepting)
const [node] = nodes.all
const took = new Map<string, number[]>()

async function timed<T>(what: string, who: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const answer = await work()
  const key = `${what}\t${who}`
  took.set(key, [...(took.get(key) ?? []), performance.now() - start])
  return answer
}

async function account(name: string): Promise<Subject> {
  const identifier = `${name}-${randomBytes(4).toString('hex')}@example.test`
  const made = await node.accounts.create({
    identifier,
    displayName: 'Somebody',
    password: new Secret('a rather long bench phrase'),
  })
  if (!made.ok) throw new Error(made.problem)
  return { name, identifier }
}

/** An app and a phone. */
async function registered(name: string): Promise<Subject> {
  const subject = await account(name)
  const client = createClient(node)
  await client.signIn({ identifier: subject.identifier, password: 'a rather long bench phrase' })
  const app = await client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }')
  const secret = String(app.enrollment?.step.manualKey).replaceAll(' ', '')
  const code = await generate({ secret, epoch: Math.floor(database.clock.now() / 1000) })
  await client.confirmEnrollment({ enrollmentId: app.enrollment?.id, proof: { totp: { code } } })
  const begun = await client.beginEnrollment({ method: { phone: { number: NUMBER } } })
  await node.sendDue()
  const done = await client.confirmEnrollment({
    enrollmentId: begun.enrollment?.id,
    proof: { phone: { code: lastCode } },
  })
  if (done.code) throw new Error(`The phone was not registered: ${done.message}`)
  return subject
}

async function walk(client: Client, { name, identifier }: Subject): Promise<void> {
  const ask = (document: string, input: object) =>
    client.ask<{ token?: string; gate?: { id: string } }>(document, { input })
  const { token } = await timed('startPasswordReset', name, () => ask(documents.start, { identifier }))
  const text = await timed('beginResetGate, text', name, () =>
    ask(documents.begin, { token, method: { phone: { number: NUMBER } }, way: 'text' }),
  )
  await timed('verifyResetGate, text', name, () =>
    ask(documents.verify, { token, gateId: text.gate?.id, proof: { phone: { code: '000000' } } }),
  )
  const app = await timed('beginResetGate, app', name, () =>
    ask(documents.begin, { token, method: { totp: {} } }),
  )
  await timed('verifyResetGate, app', name, () =>
    ask(documents.verify, { token, gateId: app.gate?.id, proof: { totp: { code: '000000' } } }),
  )
  await timed('askAdministrator', name, () => ask(documents.ask, { token }))
}

async function signIn(client: Client, { name, identifier }: Subject): Promise<void> {
  await timed('signIn, wrong password', name, () => client.signIn({ identifier, password: 'not this one' }))
}

/** What would make later rounds different from earlier ones. */
async function tidy(db: BenchDatabase): Promise<void> {
  await db.query('DELETE FROM security_info.send_count')
  await db.query(`DELETE FROM security_info.budget WHERE locked_until IS NULL OR ledger LIKE 'reset/%'`)
  await db.query('DELETE FROM security_info.help_request')
}

function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

const known = await registered('known')
const locked = await registered('locked')
const methodless = await account('method-less')
const disabled = await registered('disabled')
await node.accounts.disable(disabled.identifier)
const unknown = { name: 'unknown', identifier: `unknown-${randomBytes(4).toString('hex')}@example.test` }
await database.clock.advance(25 * 3_600_000)
await database.query(`INSERT INTO security_info.budget (user_id, ledger, failures, lockouts, locked_until, updated_at)
  SELECT user_id, 'password', 100, 5, security_info.now() + interval '1 day', security_info.now()
  FROM security_info.account WHERE identifier = '${locked.identifier}'`)

const random = randomFrom(7)
const everybody = [known, unknown, locked, methodless, disabled]
// A locked sign-in is refused before anything is hashed, known or not: that is no difference between people.
const mayTry = [known, unknown, methodless, disabled]
for (let round = -20; round < ROUNDS; round++) {
  if (round === 0) took.clear()
  const client = createClient(node)
  for (const subject of shuffled(everybody, random)) await walk(client, subject)
  if (round % 10 === 0) for (const subject of shuffled(mayTry, random)) await signIn(client, subject)
  await tidy(database)
}
await report()

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

async function report(): Promise<void> {
  let worst = 0
  const steps = new Set([...took.keys()].map((key) => key.split('\t')[0] ?? ''))
  for (const step of steps) {
    const medians = [...took]
      .filter(([key]) => key.startsWith(`${step}\t`))
      .map(([key, values]) => ({ who: key.split('\t')[1] ?? '', ms: median(values), samples: values.length }))
    const spread = Math.max(...medians.map(({ ms }) => ms)) - Math.min(...medians.map(({ ms }) => ms))
    worst = Math.max(worst, spread)
    const samples = medians[0]?.samples ?? 0
    process.stdout.write(`${step} (${samples} each): spread of medians ${spread.toFixed(2)} ms\n`)
    for (const { who, ms } of medians) process.stdout.write(`  ${who.padEnd(12)} ${ms.toFixed(2)} ms\n`)
  }
  process.stdout.write(`largest spread: ${worst.toFixed(2)} ms, goal: under ${GOAL_MS} ms\n`)
  await nodes.stop()
  await database.close()
  process.exitCode = worst < GOAL_MS ? 0 : 1
}
