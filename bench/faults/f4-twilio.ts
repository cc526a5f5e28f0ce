/** F4: Twilio throttles, fails, falls silent and answers late. What must hold is in f4/check.ts. */
import { randomBytes } from 'node:crypto'
import { phone } from '@security-info/method-phone'
import { totp } from '@security-info/method-totp'
import { type FakeTwilio, startFakeTwilio } from '@security-info/testing/twilio'
import { startDatabase } from '../support/database.ts'
import { clockTime, openHistory } from '../support/history.ts'
import { pause, randomFrom, startLoad, until } from '../support/load.ts'
import { type Nodes, PUBLIC_URL, startNodes } from '../support/nodes.ts'
import { createQueue, prove, recruit } from '../support/person.ts'
import { readBelieved, waiting } from '../support/rows.ts'
import { bounded } from '../support/run.ts'
import { announce } from '../support/verdict.ts'
import { showTimes } from './check-others.ts'
import { checkF4 } from './f4/check.ts'
import { addPhone, type PhoneWorld } from './f4/clients.ts'
import { requestsSeen, showRequests } from './f4/evidence.ts'
import { createStorm, TIMEOUT_MS } from './f4/storm.ts'

const SECONDS = { fine: 20, storm: 100, after: 90 }
/** The same storm with each run; another seed is another one. */
const SEED = Number(process.env.FAULTS_SEED ?? 4)
/** One of so many set-ups is by call. */
const CALLS = 0.3

/** The plugin's own caps are for people; here few people stand for many. */
const many = { hour: 100_000, day: 100_000 }
const all = { ...many, verified: { ratio: 0 } }
const limits = { perPrefix: all, perCountry: all, overall: many }

async function run(): Promise<boolean> {
  const account = { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: 'the-account-token' }
  const twilio = await startFakeTwilio(account)
  const settings = { ...account, baseUrl: twilio.baseUrl, from: '+15005550006', timeoutMs: TIMEOUT_MS }
  const plugins = () => [totp(), phone({ twilio: settings, limits })]
  const database = await startDatabase(plugins())
  const nodes = await startNodes(database, plugins)
  letTwilioCall(twilio, nodes)
  const history = openHistory('f4', database.clock.moves)
  const random = randomFrom(SEED)
  let numbers = 0
  let end = Number.POSITIVE_INFINITY
  const world: PhoneWorld = {
    nodes,
    clock: database.clock,
    history,
    twilio,
    end: () => end,
    number: () => `+1201555${String(numbers++).padStart(4, '0')}`,
  }
  history.phase('setup')
  console.log(`F4: making people … (seed ${SEED})`)
  const [provers, owners] = [await recruit(world, 70), await recruit(world, 170)]
  await database.clock.advance(30_000)

  const [proving, phoning] = [createQueue(world, provers), createQueue(world, owners)]
  const loads = [
    startLoad(2, () => proving((person) => prove(world, person))),
    startLoad(2.5, () => phoning((person) => addPhone(world, person, random() < CALLS ? 'call' : 'text'))),
  ]
  const phase = (name: keyof typeof SECONDS) => {
    console.log(`F4: ${name}, ${SECONDS[name]} s`)
    history.phase(name)
    return pause(SECONDS[name] * 1000)
  }
  await phase('fine')
  twilio.behave(createStorm(SEED))
  await phase('storm')
  twilio.behave()
  end = clockTime() + SECONDS.after * 1000
  await phase('after')
  await Promise.all(loads.map((load) => load.stop()))
  history.phase('over')
  const late = Date.now() + 70_000
  await until(
    async () => ((await waiting(database)) === 0 ? true : undefined),
    () => Date.now() > late,
  )
  await nodes.stop()

  const believed = await readBelieved(database)
  const evidence = { history, believed, requests: requestsSeen(twilio), mistakes: twilio.mistakes }
  history.keep('database', believed)
  history.keep('provider', evidence.requests)
  history.close()
  await Promise.all([database.close(), twilio.close()])
  showTimes(history)
  showRequests(evidence.requests)
  return announce(checkF4(evidence))
}

/** Twilio calls the public address, and whichever node stands behind it answers. */
function letTwilioCall(twilio: FakeTwilio, nodes: Nodes): void {
  twilio.route(PUBLIC_URL.origin, async (request) => {
    const { pathname } = new URL(request.url)
    const route = nodes
      .next()
      .node.routes.find(({ method, path }) => method === request.method && path === pathname)
    return route
      ? route.handle(request, { clientAddress: '203.0.113.9' })
      : new Response('Not found', { status: 404 })
  })
}

await bounded(285, run)
