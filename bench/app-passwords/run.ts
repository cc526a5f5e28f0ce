/** The check of app passwords against a bare server that does the same look-up and hash, in turns. See README. */
import { join } from 'node:path'
import { generateKey } from '@security-info/core'
import postgres from 'postgres'
import { PUBLIC_URL } from '../support/nodes.ts'
import { openGateway, SERVICE_KEY } from '../support/open-gateway.ts'
import { startProcess, startServer } from '../support/processes.ts'
import { bounded } from '../support/run.ts'
import { table } from '../support/verdict.ts'
import { fire, type Volley } from './fire.ts'
import { type Asked, fillUp, makePeople } from './seed.ts'

const PASSWORDS = Number(process.env.BENCH_PASSWORDS ?? 1_000_000)
const PEOPLE_ASKED = 25
const CONNECTIONS = 32
/** Many short ones: what else the machine does falls on both servers of a round alike. */
const ROUNDS = 15
const SECONDS = 3
/** As long as it takes until all code that is often used has been compiled for speed. */
const WARM_UP_SECONDS = 12
const GOAL = 0.8

interface Round {
  readonly gateway: number
  readonly bare: number
}

async function run(): Promise<boolean> {
  const { url, stop } = await startServer()
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const keys = generateKey('bench')
  const asked = await seed(url, keys, sql)
  const env = { BENCH_DATABASE: url, BENCH_KEYS: keys }
  const servers = {
    gateway: await startProcess(join(import.meta.dirname, '../support/gateway.ts'), env),
    bare: await startProcess(join(import.meta.dirname, 'bare.ts'), env),
  }
  const requests = asked.map(requestOf)

  const turn = (name: keyof typeof servers, seconds = SECONDS) =>
    fire(servers[name].port, requests, { connections: CONNECTIONS, seconds })
  console.log('Warming up …')
  await turn('gateway', WARM_UP_SECONDS)
  await turn('bare', WARM_UP_SECONDS)
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Neither is always the second.
    const order = round % 2 === 0 ? (['gateway', 'bare'] as const) : (['bare', 'gateway'] as const)
    const measured = { gateway: 0, bare: 0 }
    for (const name of order) measured[name] = perSecond(await turn(name))
    rounds.push(measured)
  }
  for (const { end } of Object.values(servers)) end()
  await sql.end({ timeout: 1 })
  await stop()
  return announce(rounds)
}

async function seed(url: string, keys: string, sql: postgres.Sql): Promise<readonly Asked[]> {
  const securityInfo = await openGateway(url, keys)
  await securityInfo.migrate()
  await sql`alter table security_info.app_password_entry add column bare_hash text`
  console.log(`Making ${PEOPLE_ASKED} people with 40 app passwords each, and filling the table up …`)
  const asked = await makePeople(securityInfo, sql, PEOPLE_ASKED)
  await securityInfo.stop()
  console.log(
    `${await fillUp(sql, PASSWORDS)} app passwords are there, ${asked.length} of them are asked for.`,
  )
  return asked
}

/** Each program asks from its own address, as programs do. */
function requestOf({ identifier, password }: Asked, index: number): Buffer {
  const lines = [
    'GET /check/basic?scope=imap HTTP/1.1',
    `Host: ${PUBLIC_URL.host}`,
    `Authorization: Basic ${Buffer.from(`${identifier}:${password}`).toString('base64')}`,
    `X-Service-Key: ${SERVICE_KEY}`,
    `X-Client-Address: 198.51.${index >> 8}.${index & 255}`,
    'X-Client-Name: Mail',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function perSecond({ answered, seconds, statuses }: Volley): number {
  if (statuses['200'] !== answered) throw new Error(`Not every answer was 200: ${JSON.stringify(statuses)}`)
  return answered / seconds
}

function announce(rounds: readonly Round[]): boolean {
  const lines = rounds.map(({ gateway, bare }, index) => [
    String(index + 1),
    gateway.toFixed(0),
    bare.toFixed(0),
    (gateway / bare).toFixed(3),
  ])
  const middle = (all: readonly number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
  const ratio = middle(rounds.map(({ gateway, bare }) => gateway / bare))
  const gateway = middle(rounds.map((round) => round.gateway))
  const bare = middle(rounds.map((round) => round.bare))
  lines.push(['median', gateway.toFixed(0), bare.toFixed(0), ratio.toFixed(3)])
  console.log(`\n${table(['round', 'check/s', 'bare/s', 'ratio'], lines)}`)
  console.log(
    `\n${ratio >= GOAL ? 'pass' : 'FAIL'}: ${ratio.toFixed(3)} of the bare server, the goal is ${GOAL}.`,
  )
  return ratio >= GOAL
}

await bounded(600, run)
