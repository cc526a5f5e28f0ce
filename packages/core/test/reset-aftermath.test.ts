import { type Answer, type Client, eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { type ShelfProbe, shelf, shelfProbe } from './plugins/shelf.ts'
import { passFor, redeem } from './support/admins.ts'
import { noticesOf, undoTokenIn } from './support/notices.ts'
import {
  answerPin,
  beginPin,
  beginPinEnrollment,
  enrollMail,
  granted,
  must,
  outcomes,
  provePin,
  signedIn,
  signInFully,
  wrong,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  completeReset,
  contactOf,
  type Forgetful,
  forgetful,
  mailGate,
  newAddress,
  newPassword,
  passMail,
  passPin,
  plainGate,
  readyReset,
  rehearse,
  resetOf,
  signsIn,
  textGate,
  verifyGate,
} from './support/resets.ts'
import { belongings, count, query } from './support/rows.ts'

const ADMINISTRATORS = 'administrators@example.test'
const remembering = `mutation Test($input: VerifyChallengeInput!) { verifyChallenge(input: $input) {
  __typename ... on VerifyChallengePayload { deviceToken session { state } } } }`
const signInWith = `mutation Test($input: SignInInput!) { signIn(input: $input) {
  __typename ... on SignInPayload { session { state } } } }`

eachDatabase('After a reset', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let who: Forgetful
  let visitor: Client
  let probe: ShelfProbe
  beforeEach(async () => {
    probe = shelfProbe()
    const plugins = [shelf(probe)]
    database = await open({ plugins })
    const policy = { rememberDevices: { days: 30 } }
    gateway = await openPhones(database, { plugins, policy, securityContacts: [ADMINISTRATORS] })
    who = await forgetful(gateway)
    visitor = gateway.client()
  })
  const complete = (token: string, password = newPassword()) =>
    completeReset(visitor, { token, newPassword: password })
  const put = (client: Client) => client.ask<Answer>('mutation { putOnShelf(name: "book") { __typename } }')
  /** What the pin of `who` still takes of wrong guesses, until it is closed. */
  async function guesses(client: Client): Promise<number> {
    for (let taken = 0; ; taken++) {
      const { challenge } = await client.beginChallenge({ methodId: who.methodId })
      if (!challenge) return taken
      await answerPin(client, challenge.id, wrong(who.pin))
    }
  }
  const mine = sql`user_id = (select user_id from security_info.account where identifier = `
  const left = (table: string) =>
    count(
      database,
      sql`select count(*) from security_info.${sql.identifier(table)} where ${mine}${who.person.identifier})`,
    )
  const OPEN = [
    'session',
    'flow',
    'password_reset',
    'access_pass',
    'remembered_device',
    'budget',
    'shelf_item',
  ]

  it.each([
    [1, 0, 'goes on counting guesses at the second factor, of which it is none'],
    [2, 10, 'opens what guesses at the second factor have closed'],
  ])('C2: with %i proven, %i more guesses: it %s', async (gates, more) => {
    gateway = await openPhones(database, { plugins: [shelf(probe)], policy: { passwordReset: { gates } } })
    const { client } = await signedIn(gateway, who.person)
    expect(await guesses(client)).toBe(10)
    visitor = gateway.client()
    const started = await resetOf(visitor, who.person.identifier)
    const gateId = must((await plainGate(visitor, started, 'pin')).gate).id
    await verifyGate(visitor, { token: started, gateId, proof: { pin: { code: wrong(who.pin) } } })
    const inResets = () =>
      count(database, sql`select count(*) from security_info.budget where ledger = 'reset/pin'`)
    expect(await inResets()).toBe(1)
    const token =
      gates === 1
        ? await passMail(gateway, visitor, await resetOf(visitor, who.person.identifier), who.address)
        : await readyReset(gateway, visitor, who)
    const password = newPassword()
    granted(await complete(token, password))
    const again = await signedIn(gateway, { ...who.person, password })
    expect(await guesses(again.client)).toBe(more)
    expect(await inResets()).toBe(gates === 1 ? 1 : 0)
  })

  it('C20: nothing is left that was open or could open the account', async () => {
    const tab = await signInFully(gateway, who)
    const { enrollmentId, pin } = await beginPinEnrollment(tab)
    const pending = gateway.client()
    granted(await pending.signIn(who.person))
    const challengeId = await beginPin(pending)
    const other = await readyReset(gateway, gateway.client(), who)
    const rehearsal = must((await rehearse(tab)).token)
    const pass = await passFor(gateway, who.person, { once: false })
    granted(await put(tab))
    const device = gateway.client()
    granted(await device.signIn(who.person))
    const remembered = await device.ask<{ readonly deviceToken: string }>(remembering, {
      input: {
        challengeId: await beginPin(device),
        proof: { pin: { code: who.pin } },
        rememberDevice: true,
      },
    })
    const deviceToken = must(remembered.deviceToken)
    for (let times = 0; times < 3; times++)
      await gateway.client().signIn({ ...who.person, password: 'wrong' })
    for (const table of OPEN) expect({ table, left: await left(table) }).not.toEqual({ table, left: 0 })

    const password = newPassword()
    granted(await complete(await readyReset(gateway, visitor, who), password))
    for (const table of OPEN) expect({ table, left: await left(table) }).toEqual({ table, left: 0 })

    for (const client of [who.client, tab, pending, device]) expect(await client.session()).toBeUndefined()
    for (const answer of await outcomes([
      tab.confirmEnrollment({ enrollmentId, proof: { pin: { code: pin } } }),
      pending.verifyChallenge({ challengeId, proof: { pin: { code: who.pin } } }),
    ])) {
      expect(answer).toBe('UNAUTHENTICATED')
    }
    expect(await complete(other)).toMatchObject({ code: 'flow.ended' })
    expect(await mailGate(visitor, rehearsal, who.address)).toMatchObject({ code: 'flow.ended' })
    expect(await redeem(gateway.client(), who.person, pass)).toMatchObject({ code: 'signIn.passRejected' })
    const { identifier } = who.person
    const again = await gateway
      .client()
      .ask<Answer>(signInWith, { input: { identifier, password, deviceToken } })
    expect(must(again.session).state).toBe('SECOND_FACTOR_REQUIRED')
  })

  it('C20: no code goes out any more that was on its way', async () => {
    const other = gateway.client()
    const token = await resetOf(other, who.person.identifier)
    const ready = await readyReset(gateway, visitor, who)
    granted(await textGate(other, token, who.number))
    granted(await complete(ready))
    expect((await gateway.deliver()).filter(({ code }) => code !== undefined)).toEqual([])
  })

  it('C20: plugins do their part in the same transaction; one that throws undoes all of it', async () => {
    granted(await put(who.client))
    const token = await readyReset(gateway, visitor, who)
    const before = await belongings(database, who.person.userId)
    const told = await noticesOf(database, who.person.userId)
    probe.fails = 'within'
    const password = newPassword()
    await expect(complete(token, password)).rejects.toThrow('The shelf fails in within.')
    expect(probe.within).toEqual([{ type: 'reset', userId: who.person.userId }])
    expect(await belongings(database, who.person.userId)).toBe(before)
    expect(await noticesOf(database, who.person.userId)).toEqual(told)
    expect(await left('shelf_item')).toBe(1)
    expect(await who.client.session()).toMatchObject({ state: 'ACTIVE' })
    expect(await signsIn(gateway, who.person, password)).toBe(false)
    // What is undone is undone whole: the reset can end as if nothing had been.
    delete probe.fails
    granted(await complete(token, password))
    expect(await left('shelf_item')).toBe(0)
  })

  it('C20: plugins hear of nothing where nothing was set', async () => {
    const token = await readyReset(gateway, visitor, who)
    granted(await complete(token))
    probe.within.length = 0
    expect(await complete(token)).toMatchObject({ code: 'flow.ended' })
    expect(probe.within).toEqual([])
    await gateway.securityInfo.accounts.disable(who.person.identifier)
    expect(probe.within).toEqual([{ type: 'disabled', userId: who.person.userId }])
  })

  it('is audited gate by gate, under one id, with the address it came from', async () => {
    granted(await complete(await readyReset(gateway, visitor, who)))
    const events = await query<{ type: string; detail: Readonly<Record<string, string>> }>(
      database,
      sql`select type, detail from security_info.audit_event where user_id = ${uuid(who.person.userId)}
        and type like 'reset.%' order by at`,
    )
    expect(events.map(({ type, detail }) => `${type} ${detail.kind ?? ''}`.trim())).toEqual([
      'reset.begun',
      'reset.gateBegun texting',
      'reset.gateProven texting',
      'reset.gateBegun mail',
      'reset.gateProven mail',
      'reset.completed',
    ])
    const bound = events.filter(({ type }) => type !== 'reset.gateBegun')
    expect(new Set(bound.map(({ detail }) => detail.subjectId)).size).toBe(1)
    expect(new Set(bound.map(({ detail }) => detail.clientAddress))).toEqual(new Set(['127.0.0.1']))
  })

  it('tells every address, and gives the link only to those that are old enough', async () => {
    const contact = await contactOf(gateway, who.person)
    const young = newAddress()
    granted(await enrollMail(who.client, gateway, young))
    await gateway.deliver()
    granted(await complete(await readyReset(gateway, visitor, who)))
    const told = (await gateway.deliver()).filter(({ subject }) => subject.includes('was reset'))
    const links = told.map(({ to, link }) => [to, link !== undefined] as const)
    expect(new Map(links)).toEqual(
      new Map([
        [contact, true],
        [who.address, true],
        [young, false],
      ]),
    )
    expect(links).toHaveLength(3)
    for (const { paragraphs, to } of told) {
      expect(paragraphs.join(' ')).toContain('127.0.0.1')
      expect(paragraphs.join(' ').includes('too recently'), to).toBe(to === young)
    }
    expect(JSON.stringify(told)).not.toContain(who.number)
  })

  it('the link in that notice ends all sessions and tells the administrators, and is used once', async () => {
    const password = newPassword()
    granted(await complete(await readyReset(gateway, visitor, who), password))
    const thief = gateway.client()
    granted(await thief.signIn({ ...who.person, password }))
    granted(await provePin(thief, who.pin))
    granted(await put(thief))
    const begun = await readyReset(gateway, gateway.client(), who)
    await gateway.deliver()
    const link = undoTokenIn(gateway, who.address, 'was reset')
    granted(await gateway.client().undoChange(link))
    expect(await thief.session()).toBeUndefined()
    expect(await complete(begun)).toMatchObject({ code: 'flow.ended' })
    const messages = await gateway.deliver()
    expect(messages.filter(({ to }) => to === ADMINISTRATORS).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('reports a change'),
    ])
    expect(await gateway.client().undoChange(link)).toMatchObject({ code: 'link.ended' })
  })

  it('links of earlier notices still work: what a thief did before can be taken back after it', async () => {
    const { methods } = await who.client.securityInfo()
    const phone = must(methods.find(({ kind }) => kind === 'texting')).id
    const ready = await readyReset(gateway, visitor, who)
    // The reset of before counts no longer: the thief has taken the phone away.
    granted(await who.client.removeMethod(phone))
    await gateway.deliver()
    const link = undoTokenIn(gateway, who.address, 'was removed')
    expect(await complete(ready)).toMatchObject({ code: 'reset.gatesMissing' })
    const password = newPassword()
    granted(await complete(await passPin(visitor, ready, who.pin), password))
    granted(await gateway.client().undoChange(link))
    const client = gateway.client()
    granted(await client.signIn({ ...who.person, password }))
    granted(await provePin(client, who.pin))
    expect((await client.securityInfo()).methods.map(({ kind }) => kind)).toContain('texting')
  })

  it('C20: nothing is left either when an operator closes the account, and what it was is back when it opens', async () => {
    const { accounts } = gateway.securityInfo
    granted(await put(who.client))
    await accounts.disable(who.person.identifier)
    for (const table of OPEN) expect({ table, left: await left(table) }).toEqual({ table, left: 0 })
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(false)
    expect(await accounts.enable(who.person.identifier)).toMatchObject({ ok: true })
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
    expect(await accounts.disable('nobody@example.test')).toMatchObject({ ok: false })
  })
})
