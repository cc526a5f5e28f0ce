import { eachDatabase, type Person, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { openDelivery } from '../src/outbox/code.ts'
import { uuid } from '../src/storage/sql.ts'
import { badge } from './plugins/badge.ts'
import { key, newKey } from './plugins/key.ts'
import { newAnswers, quiz } from './plugins/quiz.ts'
import { promote } from './support/admins.ts'
import { enrollKey, enrollMail, granted, insideOf, must, owner } from './support/people.ts'
import { enrollPhone, openPhones, type PhoneGateway } from './support/phones.ts'
import {
  age,
  beginGate,
  enrollBadge,
  enrollQuiz,
  mailGate,
  plainGate,
  resetOf,
  textGate,
  verifyGate,
} from './support/resets.ts'
import { count, query } from './support/rows.ts'
import { type Said, walkAsStranger } from './support/strangers.ts'

const keyRing = createKeyRing(generateKey('nobody'))
const ADMINISTRATORS = 'administrators@example.test'

/** All that end alike, so that what is shown of them is the same. */
const newNumber = () => `555${String(Math.random()).slice(2, 12)}07`
const newAddress = () => `a${crypto.randomUUID().slice(0, 8)}@mail.test`

/** The person in a token. */
const personIn = (token: string) =>
  Buffer.from(token.slice(3), 'base64url')
    .subarray(0, 16)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

eachDatabase('To strangers, a reset', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let addresses = 0
  beforeAll(async () => {
    database = await open()
    gateway = await openPhones(database, {
      keyRing,
      plugins: [quiz(), key(), badge()],
      securityContacts: [ADMINISTRATORS],
      // Even a single gate says nothing to strangers.
      policy: { passwordReset: { gates: 1 } },
    })
  })
  const stranger = () => gateway.client({ address: `192.0.2.${++addresses}` })
  const unknown = (): Said => ({
    identifier: `nobody-${crypto.randomUUID()}@example.test`,
    number: newNumber(),
    address: newAddress(),
  })

  /** Somebody with a method of each kind, as old as said. */
  async function somebody(days: number): Promise<{ readonly person: Person; readonly said: Said }> {
    const said = { number: newNumber(), address: newAddress() }
    const { person, client } = await owner(gateway)
    await enrollPhone(gateway, client, said.number)
    granted(await enrollMail(client, gateway, said.address))
    granted(await enrollKey(client, newKey(`key of ${person.userId}`)))
    granted(await enrollBadge(client, `badge of ${person.userId}`))
    granted(await enrollQuiz(client, newAnswers()))
    await age(gateway, person, days)
    await gateway.deliver()
    return { person, said: { ...said, identifier: person.identifier } }
  }
  /** Everybody that a stranger must not tell from nobody. */
  async function everybody(): Promise<Readonly<Record<string, Said>>> {
    const { accounts } = gateway.securityInfo
    const known = await somebody(4)
    const [wrongNumber, notTheirs] = [await somebody(4), await somebody(4)]
    const held = await somebody(0)
    const disabled = await somebody(4)
    await accounts.disable(disabled.person.identifier)
    const locked = await somebody(4)
    await database.db.execute(sql`
      insert into security_info.budget (user_id, ledger, failures, lockouts, locked_until, updated_at)
      select ${uuid(locked.person.userId)}, ledger, 10, 1, security_info.now() + interval '1 day', security_info.now()
      from (values ('guess'), ('password'), ('accessPass')) l (ledger)`)
    const administrator = await somebody(4)
    await promote(gateway, administrator.person)
    const burned = await somebody(4)
    await database.db.execute(
      sql`update security_info.method set state = 'DISABLED' where user_id = ${uuid(burned.person.userId)}`,
    )
    const bare = await gateway.person()
    const noPassword = `no-password-${crypto.randomUUID()}@example.test`
    await accounts.create({ identifier: noPassword, displayName: 'X' })
    return {
      known: known.said,
      unknown: unknown(),
      'another number': { ...unknown(), identifier: wrongNumber.said.identifier },
      'the number of somebody else': { ...known.said, identifier: notTheirs.said.identifier.toUpperCase() },
      'too new': held.said,
      disabled: disabled.said,
      locked: locked.said,
      'an administrator': administrator.said,
      'all methods disabled': burned.said,
      'no methods': { ...unknown(), identifier: bare.identifier },
      'no password': { ...unknown(), identifier: noPassword },
      empty: { ...unknown(), identifier: '' },
      long: { ...unknown(), identifier: 'x'.repeat(2000) },
    }
  }

  it('H3: answers each step alike, whoever it is and whatever they have, with the same statements', async () => {
    // What is read once is read before anything is compared.
    await walkAsStranger(database, stranger(), unknown())
    const cast = await everybody()
    // The number of somebody else has caps of its own, which its owner's walk must not have used up.
    const walks: [string, Awaited<ReturnType<typeof walkAsStranger>>][] = []
    for (const [name, said] of Object.entries(cast)) {
      walks.push([name, await walkAsStranger(database, stranger(), said)])
      await database.clock.advance(10 * 60_000)
    }
    const [, first] = must(walks[0])
    expect(first.map(({ answer }) => (answer as { __typename: string }).__typename)).toContain('RateLimited')
    for (const [name, seen] of walks) {
      for (const [at, one] of seen.entries()) expect({ name, ...one }).toEqual({ name, ...first[at] })
      expect(seen).toHaveLength(first.length)
    }
  })

  it('H3: sends something where all is right, and nothing to anybody else', async () => {
    const cast = await everybody()
    const before = gateway.handed.length
    for (const said of Object.values(cast)) {
      const client = stranger()
      const token = await resetOf(client, said.identifier)
      granted(await textGate(client, token, said.number))
      granted(await mailGate(client, token, said.address))
    }
    await gateway.deliver()
    const sent = gateway.handed.slice(before).filter(({ code }) => code !== undefined)
    const right = ['known', 'locked', 'an administrator'].flatMap((name) => {
      const { number, address } = must(cast[name])
      return [number, address]
    })
    expect(sent.map(({ to }) => to).toSorted()).toEqual(right.toSorted())
    // What is not sent is there all the same, and looks as if nobody had needed it.
    const waiting = sql`select count(*) from security_info.message where state in ('QUEUED', 'SENDING')`
    expect(await count(database, waiting)).toBe(0)
  })

  it('H3: takes no code that was never sent, not even the right one out of the database', async () => {
    const cast = await everybody()
    for (const [name, said] of Object.entries(cast)) {
      const client = stranger()
      let token = await resetOf(client, said.identifier)
      for (const kind of ['texting', 'mail'] as const) {
        const method =
          kind === 'texting' ? { texting: { number: said.number } } : { mail: { address: said.address } }
        const { gate } = await beginGate(client, { token, method })
        const gateId = must(gate).id
        const [row] = await query<{ delivery: Uint8Array }>(
          database,
          sql`select delivery from security_info.flow where id = ${uuid(insideOf(gateId))}`,
        )
        const userId = personIn(token)
        const { code } = openDelivery({ ring: keyRing }, userId, insideOf(gateId), must(row).delivery)
        const answer = await verifyGate(client, { token, gateId, proof: { [kind]: { code } } })
        const passes = ['known', 'locked', 'an administrator'].includes(name)
        // A second gate is asked of administrators alone.
        if (kind === 'mail' && answer.code === 'reset.ready') continue
        expect({ name, kind, type: answer.__typename }).toEqual({
          name,
          kind,
          type: passes ? 'VerifyResetGatePayload' : 'ProofRejected',
        })
        if (passes) break
        expect(answer).toMatchObject({ code: 'proof.wrong', hint: null, path: [], step: null })
        token = answer.token ?? token
      }
    }
  })

  it('H3: says "wrong" to every wrong proof, also where a plugin would say more to its owner', async () => {
    const { person, said } = await somebody(4)
    const proof = { badge: { secret: `old badge of ${person.userId}` } }
    const answers = []
    for (const identifier of [said.identifier, unknown().identifier]) {
      const client = stranger()
      const token = await resetOf(client, identifier)
      const gateId = must((await plainGate(client, token, 'badge')).gate).id
      answers.push(await verifyGate(client, { token, gateId, proof }))
    }
    expect(answers[0]).toEqual(answers[1])
  })

  it('H3: has a phantom for each identifier, always the same, whose id looks like any other', async () => {
    const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    const phantoms = new Set<string>()
    const client = stranger()
    for (let at = 0; at < 20; at++) {
      const identifier = `Phantom-${at}@example.test`
      const id = personIn(await resetOf(client, identifier))
      expect(id).toMatch(random)
      expect(personIn(await resetOf(client, ` ${identifier.toLowerCase()} `))).toBe(id)
      phantoms.add(id)
    }
    expect(phantoms.size).toBe(20)
    const somebodyReal = await gateway.person()
    expect(personIn(await resetOf(client, somebodyReal.identifier))).toMatch(random)
  })

  it('H3: refuses nothing in words before something was proven', async () => {
    const closed = await openPhones(database, {
      keyRing,
      plugins: [quiz(), key(), badge()],
      policy: { passwordReset: { enabled: false, exclude: ['guests'] } },
    })
    const known = await somebody(4)
    await closed.securityInfo.accounts.change({ identifier: known.person.identifier, groups: ['guests'] })
    try {
      const walk = (said: Said) =>
        walkAsStranger(database, closed.client({ address: `198.51.100.${++addresses}` }), said)
      await walk(unknown())
      const walks = [await walk(unknown()), await walk(known.said)]
      expect(walks[1]).toEqual(walks[0])
      expect(JSON.stringify(walks)).not.toContain('ResetRefused')
    } finally {
      await openPhones(database, {
        keyRing,
        plugins: [quiz(), key(), badge()],
        policy: { passwordReset: { gates: 1 } },
      })
    }
  })
})
