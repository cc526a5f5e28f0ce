/** F3: the mail server hangs up, goes away, and comes back at a byte a second. What must hold is in f3/check.ts. */
import { email } from '@security-info/method-email'
import { totp } from '@security-info/method-totp'
import { type SmtpServer, startSmtpServer } from '@security-info/testing/smtp'
import { type BenchDatabase, startDatabase } from '../support/database.ts'
import { openHistory } from '../support/history.ts'
import { pause, startLoad, until } from '../support/load.ts'
import { startNodes } from '../support/nodes.ts'
import { createQueue, prove, recruit, type World } from '../support/person.ts'
import { readBelieved, waiting } from '../support/rows.ts'
import { bounded } from '../support/run.ts'
import { announce } from '../support/verdict.ts'
import { showTimes } from './check-others.ts'
import { checkF3 } from './f3/check.ts'
import { addAddress, changeMethods, createMailbox } from './f3/clients.ts'
import { seen } from './f3/evidence.ts'

const SECONDS = { baseline: 20, hangsUp: 8, between: 12, refused: 50, slow: 40, recovery: 90 }
/** Ten minutes go by on the database's clock while the server is away. */
const AWAY_SECONDS = 600
/** Codes that are asked for in the moment in which the server goes away, before anybody knows. */
const CAUGHT = 12

async function run(): Promise<boolean> {
  const smtp = await startSmtpServer()
  const { host, port } = smtp
  const plugins = () => [totp(), email({ smtp: { host, port, from: 'Works <id@works.example>' } })]
  const database = await startDatabase(plugins())
  const nodes = await startNodes(database, plugins)
  const history = openHistory('f3', database.clock.moves)
  const world: World = { nodes, clock: database.clock, history }
  history.phase('setup')
  console.log('F3: making people …')
  const [provers, changers, mailers] = [
    await recruit(world, 100),
    await recruit(world, 24),
    await recruit(world, 60),
  ]
  await database.clock.advance(30_000)

  const mailTo = createMailbox(smtp.mails)
  const [proving, changing, mailing] = [provers, changers, mailers].map((some) => createQueue(world, some))
  const askForCode = () => mailing?.((person) => addAddress(world, person, mailTo)) ?? Promise.resolve()
  const loads = [
    startLoad(3, () => proving?.((person) => prove(world, person)) ?? Promise.resolve()),
    startLoad(0.7, () => changing?.((person) => changeMethods(world, person)) ?? Promise.resolve()),
    startLoad(0.7, askForCode),
  ]
  const drained = await misbehave(world, database, smtp, askForCode)
  await Promise.all(loads.map((load) => load.stop()))
  history.phase('over')
  await until(async () => ((await waiting(database)) === 0 ? true : undefined), givingUp(20))
  await nodes.stop()

  const evidence = {
    history,
    drained,
    believed: await readBelieved(database),
    mails: smtp.mails.map(seen),
  }
  history.keep('database', evidence.believed)
  history.keep('provider', evidence.mails)
  history.close()
  await Promise.all([database.close(), smtp.close()])
  showTimes(history)
  return announce(checkF3(evidence))
}

/** Plays what the server does. Returns how long the queue took once it was well, or null where it never emptied. */
async function misbehave(
  { history, clock }: World,
  database: BenchDatabase,
  smtp: SmtpServer,
  askForCode: () => Promise<unknown>,
): Promise<number | null> {
  const phase = (name: string, seconds: number) => {
    console.log(`F3: ${name}, ${seconds} s`)
    history.phase(name)
    return pause(seconds * 1000)
  }
  await phase('baseline', SECONDS.baseline)
  await smtp.setBehaviour('drop-after-accept')
  await phase('hangs up', SECONDS.hangsUp)
  await smtp.setBehaviour('accept')
  await phase('between', SECONDS.between)

  await smtp.stop()
  for (let asked = 0; asked < CAUGHT; asked++) void askForCode()
  const step = (AWAY_SECONDS / SECONDS.refused - 1) * 1000
  const faster = setInterval(() => void clock.advance(step), 1000)
  await phase('refused', SECONDS.refused)
  clearInterval(faster)

  await smtp.setBehaviour('slow')
  await smtp.restart()
  await phase('slow', SECONDS.slow)

  await smtp.setBehaviour('accept')
  console.log('F3: well again')
  history.phase('recovery')
  const wellAt = Date.now()
  const before = database.clock.now()
  const left = () => olderThan(database, before)
  const empty = await until(async () => ((await left()) === 0 ? Date.now() : undefined), givingUp(130))
  await pause(Math.max(wellAt + SECONDS.recovery * 1000 - Date.now(), 0))
  return empty === undefined ? null : empty - wellAt
}

/** What waited when the server was well again, and still does: what comes meanwhile is not counted. */
async function olderThan({ query }: BenchDatabase, moment: number): Promise<number> {
  const [row] = await query(`SELECT count(*) AS count FROM security_info.message
    WHERE state IN ('QUEUED', 'SENDING') AND created_at <= to_timestamp(${moment} / 1000.0)`)
  return Number(row?.count)
}

function givingUp(seconds: number): () => boolean {
  const end = Date.now() + seconds * 1000
  return () => Date.now() > end
}

await bounded(285, run)
