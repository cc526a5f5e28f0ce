import { eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { promote } from './support/admins.ts'
import { codeIn, enrollPin, granted, must } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  beginGate,
  completeReset,
  forgetful,
  mailGate,
  newPassword,
  passMail,
  passPin,
  passText,
  plainGate,
  readyReset,
  resetOf,
  signsIn,
  startReset,
  textGate,
  unlock,
  verifyGate,
} from './support/resets.ts'
import { query } from './support/rows.ts'

const oneGate = { passwordReset: { gates: 1 } }

eachDatabase('The steps of a reset', (open) => {
  const gatewayWith = async (policy: unknown = {}): Promise<PhoneGateway> =>
    openPhones(await open(), { policy })

  it('C7: nothing is set before every gate is passed', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const password = newPassword()
    const missing = { __typename: 'PolicyDenied', code: 'reset.gatesMissing', rule: 'passwordReset.gates' }
    let token = await resetOf(visitor, who.person.identifier)
    for (const left of [2, 1]) {
      const answers = [
        await completeReset(visitor, { token, newPassword: password }),
        await unlock(visitor, { token }),
      ]
      for (const answer of answers) {
        expect(answer).toMatchObject(missing)
        expect(answer.message).toContain(`${left} more`)
      }
      if (left === 2) token = await passText(gateway, visitor, token, who.number)
    }
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
    expect(await signsIn(gateway, who.person, password)).toBe(false)
    granted(
      await completeReset(visitor, { token: await passPin(visitor, token, who.pin), newPassword: password }),
    )
    expect(await signsIn(gateway, who.person, password)).toBe(true)
  })

  it('C11: any two different methods will do, in any order', async () => {
    const gateway = await gatewayWith()
    const pass = {
      text: (client: ReturnType<PhoneGateway['client']>, token: string, who: Who) =>
        passText(gateway, client, token, who.number),
      mail: (client: ReturnType<PhoneGateway['client']>, token: string, who: Who) =>
        passMail(gateway, client, token, who.address),
      pin: (client: ReturnType<PhoneGateway['client']>, token: string, who: Who) =>
        passPin(client, token, who.pin),
    }
    type Who = Awaited<ReturnType<typeof forgetful>>
    const kinds = Object.keys(pass) as (keyof typeof pass)[]
    const pairs = kinds.flatMap((first) =>
      kinds.filter((one) => one !== first).map((second) => [first, second] as const),
    )
    for (const [first, second] of pairs) {
      const who = await forgetful(gateway)
      const visitor = gateway.client()
      let token = await resetOf(visitor, who.person.identifier)
      token = await pass[first](visitor, token, who)
      token = await pass[second](visitor, token, who)
      const password = newPassword()
      granted(await completeReset(visitor, { token, newPassword: password }))
      expect({ first, second, works: await signsIn(gateway, who.person, password) }).toMatchObject({
        works: true,
      })
    }
  })

  it('C11: one gate is enough where policy says so, and no more are asked for then', async () => {
    const gateway = await gatewayWith(oneGate)
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const started = await startReset(visitor, who.person.identifier)
    expect(started.reset).toMatchObject({ gatesRequired: 1, gatesPassed: 0, ready: false })
    const token = await passText(gateway, visitor, must(started.token), who.number)
    expect(await mailGate(visitor, token, who.address)).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'reset.ready',
    })
    granted(await completeReset(visitor, { token, newPassword: newPassword() }))
  })

  it('C11: an administrator passes two gates whatever policy says, which nobody learns before the first', async () => {
    const gateway = await gatewayWith(oneGate)
    const who = await forgetful(gateway)
    await promote(gateway, who.person)
    const visitor = gateway.client()
    const started = await startReset(visitor, who.person.identifier)
    expect(started.reset).toMatchObject({ gatesRequired: 1 })
    const gateId = must((await plainGate(visitor, must(started.token), 'pin')).gate).id
    const proven = await verifyGate(visitor, {
      token: must(started.token),
      gateId,
      proof: { pin: { code: who.pin } },
    })
    expect(proven.reset).toMatchObject({ gatesRequired: 2, gatesPassed: 1, ready: false })
    const password = newPassword()
    const token = must(proven.token)
    expect(await completeReset(visitor, { token, newPassword: password })).toMatchObject({
      code: 'reset.gatesMissing',
    })
    granted(
      await completeReset(visitor, {
        token: await passMail(gateway, visitor, token, who.address),
        newPassword: password,
      }),
    )
  })

  it('C11: somebody who is made an administrator on the way passes two gates as well', async () => {
    const gateway = await gatewayWith(oneGate)
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    await promote(gateway, who.person)
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'reset.gatesMissing',
    })
  })

  it('C11: no kind passes twice: not with two methods, nor with gates that were begun before', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const second = await enrollPin(who.client)
    const visitor = gateway.client()
    let token = await resetOf(visitor, who.person.identifier)
    const gates = [
      must((await plainGate(visitor, token, 'pin')).gate).id,
      must((await plainGate(visitor, token, 'pin')).gate).id,
    ]
    const prove = (gateId: string | undefined, code: string) =>
      verifyGate(visitor, { token, gateId, proof: { pin: { code } } })
    const proven = granted(await prove(gates[0], who.pin))
    token = must(proven.token)
    for (const code of [who.pin, second.pin]) {
      expect(await prove(gates[1], code)).toMatchObject({ __typename: 'ProofRejected', code: 'proof.wrong' })
    }
    expect(await plainGate(visitor, token, 'pin')).toMatchObject({ code: 'reset.provenAlready' })
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'reset.gatesMissing',
    })
  })

  it('C11: a text and a call to one number are one', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    let token = await resetOf(visitor, who.person.identifier)
    const call = must((await textGate(visitor, token, who.number, { way: 'call' })).gate)
    expect(call.step).toMatchObject({ way: 'call' })
    const spoken = codeIn(await gateway.deliver(), who.number)
    token = await passText(gateway, visitor, token, who.number)
    const again = await verifyGate(visitor, { token, gateId: call.id, proof: { texting: { code: spoken } } })
    expect(again).toMatchObject({ __typename: 'ProofRejected' })
    expect(await textGate(visitor, token, who.number, { way: 'call' })).toMatchObject({
      code: 'reset.provenAlready',
    })
  })

  it('says which kinds can follow, and which can not', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const started = await startReset(visitor, who.person.identifier)
    const kinds = (answer: typeof started) => must(answer.reset).options.map(({ kind }) => kind)
    expect(must(started.reset).options).toEqual([
      { kind: 'texting', ways: ['text', 'call'], retyped: true },
      { kind: 'mail', ways: ['code'], retyped: true },
      { kind: 'pin', ways: ['code'], retyped: false },
    ])
    const token = must(started.token)
    const gateId = must((await plainGate(visitor, token, 'pin')).gate).id
    const proven = await verifyGate(visitor, { token, gateId, proof: { pin: { code: who.pin } } })
    expect(kinds(proven)).toEqual(['texting', 'mail'])
    const done = await textGate(visitor, must(proven.token), who.number)
    const code = codeIn(await gateway.deliver(), who.number)
    const ready = await verifyGate(visitor, {
      token: proven.token,
      gateId: must(done.gate).id,
      proof: { texting: { code } },
    })
    expect(ready.reset).toMatchObject({ ready: true, gatesPassed: 2 })
  })

  it('a way has to be one of the kind, and one that policy allows', async () => {
    const gateway = await gatewayWith({ methods: { texting: { ways: ['call'] }, mail: { allowedFor: [] } } })
    const visitor = gateway.client()
    const token = await resetOf(visitor, 'anybody@example.test')
    const begin = (method: object, way?: string) => beginGate(visitor, { token, method, way })
    for (const way of ['text', 'fax', '']) {
      expect(await begin({ texting: { number: '5550001' } }, way)).toMatchObject({
        __typename: 'InvalidInput',
        path: ['way'],
      })
    }
    granted(await begin({ texting: { number: '5550001' } }, 'call'))
    expect(await begin({ mail: { address: 'a@mail.test' } })).toMatchObject({ code: 'reset.kindNotAllowed' })
  })

  it('unlocks an account in the place of a new password, with the same gates', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const address = '192.0.2.44'
    const guess = (password: string) =>
      gateway.client({ address }).signIn({ identifier: who.person.identifier, password })
    for (let times = 0; times < 10; times++) await guess('wrong')
    expect(await guess(who.person.password)).toMatchObject({ code: 'rate.limited' })
    const visitor = gateway.client()
    const token = await readyReset(gateway, visitor, who)
    await gateway.database.db.execute(sql`
      insert into security_info.budget (user_id, ledger, failures, updated_at)
      select ${uuid(who.person.userId)}, ledger, 10, security_info.now()
      from (values ('password#device'), ('guess'), ('reset/pin'), ('accessPass')) l (ledger)`)
    granted(await unlock(visitor, { token }))
    const left = await query<{ ledger: string }>(
      gateway.database,
      sql`select ledger from security_info.budget where user_id = ${uuid(who.person.userId)} order by 1`,
    )
    expect(left.map(({ ledger }) => ledger)).toEqual(['accessPass', 'guess', 'reset/pin'])
    granted(await guess(who.person.password))
    // It was the end of this reset, and of nothing else.
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'flow.ended',
    })
    expect(await who.client.session()).toMatchObject({ state: 'ACTIVE' })
  })

  it('a reset signs nobody in', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const token = await readyReset(gateway, visitor, who)
    granted(await completeReset(visitor, { token, newPassword: newPassword() }))
    expect(visitor.token).toBeUndefined()
    expect(await visitor.session()).toBeUndefined()
  })
})
