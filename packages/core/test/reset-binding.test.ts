import { type Client, eachDatabase, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  beginPin,
  beginPinEnrollment,
  codeIn,
  disguise,
  granted,
  MINUTE,
  must,
  outcomes,
  owner,
} from './support/people.ts'
import { askCode, openPhones, type PhoneGateway } from './support/phones.ts'
import {
  askAdministrator,
  completeReset,
  type Forgetful,
  finishRehearsal,
  forgetful,
  mailGate,
  newPassword,
  passPin,
  passText,
  plainGate,
  readyReset,
  rehearse,
  resendGate,
  resetOf,
  signsIn,
  textGate,
  unlock,
  verifyGate,
} from './support/resets.ts'
import { belongings } from './support/rows.ts'

eachDatabase('The token of a reset', (open) => {
  let gateway: PhoneGateway
  let who: Forgetful
  let visitor: Client
  let someone: Client
  beforeEach(async () => {
    gateway = await openPhones(await open())
    who = await forgetful(gateway)
    someone = (await owner(gateway)).client
    visitor = gateway.client()
  })

  /** Everything that takes one, with a gate that is there. */
  function callsWith(token: string, gateId: string): readonly Promise<{ readonly __typename: string }>[] {
    return [
      plainGate(visitor, token, 'pin'),
      textGate(visitor, token, who.number),
      resendGate(visitor, { token, gateId }),
      verifyGate(visitor, { token, gateId, proof: { pin: { code: who.pin } } }),
      completeReset(visitor, { token, newPassword: newPassword() }),
      unlock(visitor, { token }),
      askAdministrator(visitor, { token }),
      finishRehearsal(someone, { token }),
    ]
  }
  async function expectDead(token: string, gateId: string): Promise<void> {
    const answers = await outcomes(callsWith(token, gateId))
    expect(answers).toEqual(answers.map(() => 'FlowEnded'))
  }

  it('C19: is another one after each gate, and the one before is dead', async () => {
    const first = await resetOf(visitor, who.person.identifier)
    const gateId = must((await plainGate(visitor, first, 'pin')).gate).id
    const second = await passPin(visitor, first, who.pin)
    await expectDead(first, gateId)
    const third = await passText(gateway, visitor, second, who.number)
    await expectDead(second, gateId)
    granted(await completeReset(visitor, { token: third, newPassword: newPassword() }))
    await expectDead(third, gateId)
  })

  it('C6: can not be made up, put together, or be of another kind', async () => {
    const other = await forgetful(gateway)
    const mine = await readyReset(gateway, visitor, who)
    const theirs = await readyReset(gateway, visitor, other)
    const gateId = must(
      (await textGate(visitor, await resetOf(visitor, who.person.identifier), '555')).gate,
    ).id
    const before = await belongings(gateway.database, who.person.userId)
    const body = (token: string) => Buffer.from(token.slice(3), 'base64url')
    const session = must(who.client.token)
    const forged = [
      `sr_${Buffer.concat([body(mine).subarray(0, 16), body(theirs).subarray(16)]).toString('base64url')}`,
      `sr_${Buffer.concat([body(mine).subarray(0, 16), Buffer.alloc(32)]).toString('base64url')}`,
      session,
      session.replace('si_', 'sr_'),
      mine.replace('sr_', 'su_'),
      mine.replace('sr_', 'sf_'),
      mine.slice(0, -1),
      `${mine} `,
      '',
      'sr_',
    ]
    for (const token of forged) await expectDead(token, gateId)
    expect(await belongings(gateway.database, who.person.userId)).toBe(before)
    // And it opens nothing that other tokens open.
    for (const token of [mine, mine.replace('sr_', 'si_')]) {
      expect(await gateway.client({ token }).session()).toBeUndefined()
    }
    expect(await visitor.undoChange(mine.replace('sr_', 'su_'))).toMatchObject({ code: 'link.ended' })
  })

  it('lives for 15 minutes from the beginning, whatever happens in it', async () => {
    const { clock } = gateway.database
    let token = await resetOf(visitor, who.person.identifier)
    await clock.advance(10 * MINUTE)
    token = await passPin(visitor, token, who.pin)
    await clock.advance(4 * MINUTE + 30_000)
    const gateId = must((await mailGate(visitor, token, who.address)).gate).id
    token = await passText(gateway, visitor, token, who.number)
    await clock.advance(31_000)
    await expectDead(token, gateId)
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
  })
})

describe('A gate, and whatever else is begun (PostgreSQL)', () => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeAll(async () => {
    database = await openTestDatabase('postgres')
    gateway = await openPhones(database)
  })
  afterAll(() => database.close())

  it('C6: proves nothing but what it was begun for', async () => {
    const [who, other] = [await forgetful(gateway), await forgetful(gateway)]
    const visitor = gateway.client()
    const tokens = {
      'a reset': await resetOf(visitor, who.person.identifier),
      'another reset of the same person': await resetOf(visitor, who.person.identifier),
      'a rehearsal': must((await rehearse(who.client)).token),
      'another rehearsal': must((await rehearse(who.client)).token),
      'a reset of somebody else': await resetOf(visitor, other.person.identifier),
    }
    const enrolling = await beginPinEnrollment(who.client)
    const flows: Record<string, { readonly id: string; readonly pin: string }> = {
      'a challenge': { id: await beginPin(who.client), pin: who.pin },
      'an enrolment': { id: enrolling.enrollmentId, pin: enrolling.pin },
    }
    for (const [name, token] of Object.entries(tokens)) {
      const { id } = must((await plainGate(visitor, token, 'pin')).gate)
      flows[name] = { id, pin: name.includes('else') ? other.pin : who.pin }
    }
    const proof = (code: string) => ({ pin: { code } })
    type Prove = (id: string, code: string) => Promise<{ readonly __typename: string }>
    const provers: Record<string, Prove> = {
      'a challenge': (id, code) =>
        who.client.verifyChallenge({ challengeId: disguise('Challenge', id), proof: proof(code) }),
      'an enrolment': (id, code) =>
        who.client.confirmEnrollment({ enrollmentId: disguise('Enrollment', id), proof: proof(code) }),
    }
    for (const [name, token] of Object.entries(tokens)) {
      provers[name] = (id, code) =>
        verifyGate(visitor, { token, gateId: disguise('ResetGate', id), proof: proof(code) })
    }
    for (const [home, flow] of Object.entries(flows)) {
      for (const [name, prove] of Object.entries(provers)) {
        if (name === home) continue
        const { __typename } = await prove(flow.id, flow.pin)
        expect({ home, name, __typename }).toEqual({ home, name, __typename: 'FlowEnded' })
      }
    }
    // None of it spent anything: at home each is as good as new. What rotates the session comes last.
    for (const home of [...Object.keys(tokens), 'a challenge']) {
      const { id, pin } = must(flows[home])
      const { __typename } = await must(provers[home])(id, pin)
      expect({ home, __typename }).toMatchObject({ __typename: expect.stringMatching(/Payload$/) })
    }
  })

  it('C6: is no answer to another kind', async () => {
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const token = await resetOf(visitor, who.person.identifier)
    const pinGate = must((await plainGate(visitor, token, 'pin')).gate).id
    const textGateId = must((await textGate(visitor, token, who.number)).gate).id
    const mailGateId = must((await mailGate(visitor, token, who.address)).gate).id
    const sent = await gateway.deliver()
    const [text, letter] = [codeIn(sent, who.number), codeIn(sent, who.address)]
    const swapped = [
      [pinGate, { texting: { code: text } }],
      [pinGate, { mail: { code: letter } }],
      [textGateId, { mail: { code: text } }],
      [textGateId, { mail: { code: letter } }],
      [mailGateId, { texting: { code: letter } }],
      [mailGateId, { pin: { code: who.pin } }],
    ] as const
    for (const [gateId, proof] of swapped) {
      expect(await verifyGate(visitor, { token, gateId, proof })).toMatchObject({ __typename: 'FlowEnded' })
    }
    // The code of one gate is none of the other's, though both went to their owner.
    expect(
      await verifyGate(visitor, { token, gateId: textGateId, proof: { texting: { code: letter } } }),
    ).toMatchObject({ __typename: 'ProofRejected' })
  })

  it('C6: is not sent again, read or watched by a session, nor the other way round', async () => {
    const who = await forgetful(gateway)
    const visitor = gateway.client()
    const token = await resetOf(visitor, who.person.identifier)
    const gateId = must((await textGate(visitor, token, who.number)).gate).id
    const { flowId } = await askCode(who.client)
    await database.clock.advance(MINUTE)
    try {
      for (const type of ['Challenge', 'Enrollment', 'ResetGate']) {
        const id = type === 'ResetGate' ? gateId : disguise(type, gateId)
        expect(await who.client.resendCode(id)).toMatchObject({ __typename: 'FlowEnded' })
        expect(await who.client.flow(id)).toBeNull()
      }
      const disguised = disguise('ResetGate', flowId)
      expect(await resendGate(visitor, { token, gateId: disguised })).toMatchObject({
        __typename: 'FlowEnded',
      })
      expect((await resendGate(visitor, { token, gateId })).gate).toMatchObject({ id: gateId })
    } finally {
      await database.clock.reset()
    }
  })
})
