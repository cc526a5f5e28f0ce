import { type Client, eachDatabase, type Person, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createKeyRing, generateKey } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { shelf } from './plugins/shelf.ts'
import { administrator, doAct, issuePass, passFor, promote, redeem, revokePass } from './support/admins.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  enrollPin,
  granted,
  HOUR,
  MINUTE,
  must,
  type Owner,
  outcomes,
  owner,
  provePin,
  signedIn,
  tally,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { secondPool } from './support/pools.ts'
import { resetOf } from './support/resets.ts'
import { count, query } from './support/rows.ts'
import { guardedFields } from './support/walk.ts'

const wizard = { state: 'SECURITY_INFO_REQUIRED' }

eachDatabase('A temporary access pass', (open, driver) => {
  let database: TestDatabase
  let second: TestDatabase
  let gateways: readonly [PhoneGateway, PhoneGateway]
  let gateway: PhoneGateway
  beforeAll(async () => {
    const plugins = [shelf()]
    database = await open({ plugins })
    second = secondPool(database)
    const options = { keyRing: createKeyRing(generateKey('passes')), plugins }
    gateways = [await openPhones(database, options), await openPhones(second, options)]
    gateway = gateways[0]
  })
  afterAll(() => second?.close())
  afterEach(() => database.clock.reset())

  let addresses = 0
  const elsewhere = (at = 0) =>
    must(gateways[at % 2]).client({ address: `10.3.${++addresses >> 8}.${addresses % 256}` })
  const many = driver === 'postgres' ? 50 : 10

  /** Somebody who has lost what they prove with, and a session that they have with a pass. */
  async function rescued(
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<{ who: Owner; pass: string; client: Client }> {
    const who = await owner(gateway)
    const pass = await passFor(gateway, who.person, more)
    const client = elsewhere()
    granted(await redeem(client, who.person, pass))
    return { who, pass, client }
  }
  const sessions = ({ userId }: Person) =>
    count(database, sql`select count(*) from security_info.session where user_id = ${uuid(userId)}`)

  it(`C5: of ${many} sign-ins at once with a pass that is good once, one opens a session`, async () => {
    const { person } = await signedIn(gateway)
    const pass = await passFor(gateway, person)
    const before = await sessions(person)
    const tries = Array.from({ length: many }, (_, at) => redeem(elsewhere(at), person, pass))
    expect(tally(await outcomes(tries))).toEqual({ SignInPayload: 1, SignInRejected: many - 1 })
    expect(await sessions(person)).toBe(before + 1)
    expect(await redeem(elsewhere(), person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })

  it('opens as many sessions as its holder likes where it is good for many, until it ends', async () => {
    const person = await gateway.person()
    const pass = await passFor(gateway, person, { once: false, minutes: 60 })
    for (let at = 0; at < 3; at++) granted(await redeem(elsewhere(at), person, pass))
    await database.clock.advance(HOUR - MINUTE)
    granted(await redeem(elsewhere(), person, pass))
    await database.clock.advance(MINUTE + 1000)
    expect(await redeem(elsewhere(), person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })

  it('is read as people type it, and is none with a letter more or less', async () => {
    const person = await gateway.person()
    const pass = await passFor(gateway, person, { once: false })
    expect(pass).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){2}$/)
    const spellings = [
      pass.toUpperCase(),
      pass.replaceAll('-', ''),
      ` ${pass.replaceAll('-', ' ')}\n`,
      pass.replaceAll('0', 'O').replaceAll('1', 'l').replaceAll('v', 'U'),
    ]
    for (const spelling of spellings) granted(await redeem(elsewhere(), person, spelling))
    for (const spelling of [
      `${pass}0`,
      pass.slice(0, -1),
      pass.slice(1),
      '',
      '-',
      pass.replaceAll('-', '.'),
    ]) {
      expect(await redeem(elsewhere(), person, spelling)).toMatchObject({ code: 'signIn.passRejected' })
    }
  })

  it('H3: is refused alike whatever is wrong, with the same statements', async () => {
    const [bare, other] = [await gateway.person(), await gateway.person()]
    const used = await signedIn(gateway)
    const usedPass = await passFor(gateway, used.person)
    granted(await redeem(elsewhere(), used.person, usedPass))
    const late = await gateway.person()
    const latePass = await passFor(gateway, late, { minutes: 10 })
    await database.clock.advance(10 * MINUTE + 1000)
    const closed = await gateway.person()
    const closedPass = await passFor(gateway, closed)
    await gateway.securityInfo.accounts.disable(closed.identifier)
    const otherPass = await passFor(gateway, other)
    const held = await gateway.person()
    await passFor(gateway, held)
    const wrong = [
      ['nobody', { identifier: 'nobody@example.test' }, otherPass],
      ['no pass', bare, otherPass],
      ['another pass', held, otherPass],
      ['used', used.person, usedPass],
      ['ended', late, latePass],
      ['disabled', closed, closedPass],
      ['the password', bare, bare.password],
    ] as const
    const seen = []
    for (const [name, person, pass] of wrong) {
      const client = elsewhere()
      const from = database.statements.log.length
      const answer = await redeem(client, person, pass)
      seen.push({ name, answer, statements: database.statements.log.slice(from) })
    }
    for (const { name, answer, statements } of seen) {
      expect({ name, answer, statements }).toEqual({ ...seen[0], name })
    }
    expect(must(seen[0]).answer).toMatchObject({ __typename: 'SignInRejected', code: 'signIn.passRejected' })
  })

  it('C2: is guessed at ten times from one address, out of a budget of its own', async () => {
    const person = await gateway.person()
    const pass = await passFor(gateway, person, { once: false })
    const thief = elsewhere()
    const tries = Array.from({ length: 15 }, () => redeem(thief, person, 'wrong'))
    expect(tally(await outcomes(tries))).toEqual({ SignInRejected: 10, RateLimited: 5 })
    expect(await redeem(thief, person, pass)).toMatchObject({ code: 'rate.limited' })
    // The password is another matter, and so is the pass from elsewhere.
    granted(await thief.signIn(person))
    granted(await redeem(elsewhere(), person, pass))
    await database.db.execute(sql`insert into security_info.budget (user_id, ledger, failures, updated_at)
      values (${uuid(person.userId)}, 'accessPass', 99, security_info.now())`)
    expect(await redeem(elsewhere(), person, 'wrong')).toMatchObject({ code: 'signIn.passRejected' })
    expect(await redeem(elsewhere(), person, pass)).toMatchObject({ code: 'rate.limited' })
    granted(await elsewhere().signIn(person))
    const told = sql`select count(*) from security_info.notice where user_id = ${uuid(person.userId)} and type = 'account.locked'`
    expect(await count(database, told)).toBe(1)
  })

  it('C8: opens the wizard and nothing else, whatever its holder has or proves', async () => {
    const fields = guardedFields(gateway.securityInfo.schema)
    const allowed = fields.filter(({ access }) => ['public', 'session', 'register'].includes(access))
    const nothing = Buffer.from('Session:11111111-2222-3333-4444-555555555555').toString('base64url')
    const who = await owner(gateway)
    await promote(gateway, who.person)
    const pass = await passFor(gateway, who.person, { once: false })
    for (const prepare of [
      async () => {},
      async (client: Client) => void (await provePin(client, who.pin)),
      async (client: Client) => void (await enrollPin(client)),
      async (client: Client) => void (await client.reauthenticate(who.person.password)),
    ]) {
      const opened: string[] = []
      for (const field of fields.filter(({ name }) => !name.startsWith('Subscription.'))) {
        const client = elsewhere()
        granted(await redeem(client, who.person, pass))
        await database.db.execute(
          sql`delete from security_info.budget where user_id = ${uuid(who.person.userId)}`,
        )
        await prepare(client)
        const { errors } = await client.send(
          field.document,
          field.variables(() => nothing),
        )
        if (errors.length === 0) opened.push(field.name)
        expect(['FORBIDDEN', undefined]).toContain(errors[0]?.extensions.code)
        const methods = sql`select count(*) from security_info.method where user_id = ${uuid(who.person.userId)}`
        if ((await count(database, methods)) > 4) {
          await database.db.execute(sql`delete from security_info.method m where user_id = ${uuid(who.person.userId)}
            and created_at > (select min(created_at) from security_info.method o where o.user_id = m.user_id)`)
        }
      }
      expect(opened).toEqual(
        allowed.map(({ name }) => name).filter((name) => !name.startsWith('Subscription.')),
      )
    }
  })

  it('lets its holder set something up past what they have lost', async () => {
    const { who, client } = await rescued()
    const session = must(await client.session())
    expect(session).toMatchObject(wizard)
    expect(session.interrupt).toMatchObject({ skippable: false })
    const { pin, answer } = await enrollPin(client)
    expect(answer.session).toMatchObject(wizard)
    granted(await client.finishRegistration())
    const again = await signedIn(gateway, who.person)
    const { challenge } = granted(await again.client.beginChallenge())
    expect(must(challenge).id).toBeTruthy()
    const methods = must(await again.client.session()).proofOptions
    const fresh = must(methods.find(({ method }) => method.id !== who.methodId)).method.id
    granted(await answerPin(again.client, await beginPin(again.client, fresh), pin))
    expect(await again.client.session()).toMatchObject({ state: 'ACTIVE' })
  })

  it('C21: does not let its holder take away, replace or prefer anything before they have proven or set up one', async () => {
    const { who, client } = await rescued()
    const replacing = () => client.beginEnrollment({ method: { pin: {} }, replaces: who.methodId })
    const all = () => [
      replacing(),
      client.removeMethod(who.methodId),
      client.updateMethod({ methodId: who.methodId, makeDefault: true }),
      client.finishRegistration({ defaultMethodId: who.methodId }),
    ]
    expect(await outcomes(all())).toEqual([...Array(3).fill('FreshProofRequired'), 'PolicyDenied'])
    // Nor is what was begun without it ended with it.
    const { enrollmentId, pin } = await beginPinEnrollment(client)
    granted(await client.confirmEnrollment({ enrollmentId, proof: { pin: { code: pin } } }))
    granted(await replacing())
    granted(await client.removeMethod(who.methodId))

    const other = await rescued()
    granted(await provePin(other.client, other.who.pin))
    expect(await other.client.session()).toMatchObject(wizard)
    granted(await other.client.updateMethod({ methodId: other.who.methodId, makeDefault: true }))
  })

  it('C21: is no proof for what plugins protect', async () => {
    const { client } = await rescued()
    const put = () =>
      client.ask<{ __typename: string }>('mutation { putOnShelf(name: "book") { __typename } }')
    expect(await put()).toMatchObject({ __typename: 'FreshProofRequired' })
    await enrollPin(client)
    expect(await put()).toMatchObject({ __typename: 'ShelfPut' })
  })

  it('is over with "Done"; one that is good once is used up then', async () => {
    const { who, pass, client } = await rescued()
    await enrollPin(client)
    const token = must(client.token)
    const done = granted(await client.finishRegistration())
    expect(done.token).toBeNull()
    expect(client.token).toBeUndefined()
    expect(await gateway.client({ token }).session()).toBeUndefined()
    expect(await redeem(elsewhere(), who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })

  it('can not be put off, and is not over before what is missing is there', async () => {
    const person = await gateway.person()
    const client = elsewhere()
    granted(await redeem(client, person, await passFor(gateway, person)))
    expect(await client.snoozeRegistration()).toMatchObject({ code: 'registration.notSkippable' })
    expect(await client.finishRegistration()).toMatchObject({ code: 'registration.missing.TWO_FACTOR' })
    const full = await rescued()
    expect(await full.client.snoozeRegistration()).toMatchObject({ code: 'registration.notSkippable' })
    // What is there may be lost: it ends with something that its holder has now.
    expect(await full.client.finishRegistration()).toMatchObject({ code: 'reason.ACCESS_PASS' })
    await enrollPin(full.client)
    granted(await full.client.finishRegistration())
    expect(await full.client.session()).toBeUndefined()
  })

  it('opens the wizard for its 15 minutes', async () => {
    const { client } = await rescued()
    await database.clock.advance(14 * MINUTE)
    granted(await client.beginEnrollment({ method: { pin: {} } }))
    await database.clock.advance(MINUTE + 1000)
    expect(await client.session()).toBeUndefined()
  })

  it('C20: is taken back with the sessions it has opened', async () => {
    const { who, pass, client } = await rescued({ once: false })
    const other = await signedIn(gateway, who.person)
    const admin = await administrator(gateway)
    const { identifier } = who.person
    expect(await doAct(admin, (by) => revokePass(by, { identifier }))).toMatchObject({ revoked: true })
    expect(await client.session()).toBeUndefined()
    expect(await redeem(elsewhere(), who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
    // Others are others, and there is nothing more to take back.
    expect(await other.client.session()).toBeDefined()
    expect(await doAct(admin, (by) => revokePass(by, { identifier }))).toMatchObject({ revoked: false })
  })

  it('C20: gives way to a new one', async () => {
    const person = await gateway.person()
    const [old, fresh] = [await passFor(gateway, person), await passFor(gateway, person)]
    expect(await redeem(elsewhere(), person, old)).toMatchObject({ code: 'signIn.passRejected' })
    granted(await redeem(elsewhere(), person, fresh))
  })

  it('C20: and its sessions end when the account is closed, or its password set', async () => {
    const { who, pass, client } = await rescued({ once: false })
    await gateway.securityInfo.accounts.disable(who.person.identifier)
    expect(await client.session()).toBeUndefined()
    await gateway.securityInfo.accounts.enable(who.person.identifier)
    expect(await redeem(elsewhere(), who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
  })

  it('is audited with the administrator who issued it, and with its use', async () => {
    const admin = await administrator(gateway)
    const { person } = await signedIn(gateway)
    const issued = await doAct(admin, (by) => issuePass(by, { identifier: person.identifier, once: true }))
    granted(await redeem(elsewhere(), person, must(issued.pass)))
    const events = await query<{ type: string; detail: Readonly<Record<string, string>> }>(
      database,
      sql`select type, detail from security_info.audit_event where user_id = ${uuid(person.userId)}
        and (type like 'accessPass.%' or detail->>'kind' = 'accessPass') order by at`,
    )
    const subjectId = must(events[0]).detail.subjectId
    expect(events).toMatchObject([
      { type: 'accessPass.issued', detail: { actorId: admin.person.userId, subjectId } },
      { type: 'signIn.succeeded', detail: { kind: 'accessPass', subjectId } },
    ])
  })
})

eachDatabase('An access pass', (open) => {
  it('C22: is nowhere in the database, and no message has it', async () => {
    const database = await open()
    const gateway = await openPhones(database)
    const person = await gateway.person({ contactEmail: 'holder@example.test' })
    const pass = await passFor(gateway, person)
    await gateway.deliver()
    const plain = pass.replaceAll('-', '')
    for (const text of [await database.dump(), JSON.stringify(gateway.handed)]) {
      expect(text).not.toContain(pass)
      expect(text).not.toContain(plain)
      expect(text).not.toContain(Buffer.from(plain).toString('hex'))
    }
    const told = gateway.handed.filter(({ to }) => to === 'holder@example.test')
    expect(told.map(({ subject }) => subject)).toEqual([expect.stringContaining('temporary pass')])
    expect(must(told[0]).link).toBeDefined()
    expect(await resetOf(gateway.client(), person.identifier)).not.toContain(plain)
  })

  it('H32: is as long and lives as long as policy says; switched off, there are none, nor those that were issued before', async () => {
    const database = await open()
    const keyRing = createKeyRing(generateKey('pass-policy'))
    const demand = (accessPass: object) => openPhones(database, { keyRing, policy: { accessPass } })
    const gateway = await demand({ minutes: 30, maxMinutes: 120, length: 20 })
    const admin = await administrator(gateway)
    const person = await gateway.person()
    const issue =
      (more: object = {}) =>
      (by: Client) =>
        issuePass(by, { identifier: person.identifier, once: false, ...more })
    for (const minutes of [9, 121, -1, 0, 43_200]) {
      expect(await issue({ minutes })(admin.client)).toMatchObject({
        __typename: 'InvalidInput',
        path: ['minutes'],
      })
    }
    const issued = await doAct(admin, issue())
    expect(must(issued.pass).replaceAll('-', '')).toHaveLength(20)
    const lives = Date.parse(must(issued.expiresAt)) - (await database.clock.now()).getTime()
    expect(Math.round(lives / MINUTE)).toBe(30)

    await demand({ enabled: false })
    expect(await issue()(admin.client)).toMatchObject({ code: 'accessPass.off', rule: 'accessPass.enabled' })
    expect(await redeem(gateway.client(), person, must(issued.pass))).toMatchObject({
      code: 'signIn.passRejected',
    })
    await demand({})
    granted(await redeem(gateway.client(), person, must(issued.pass)))
  })
})
