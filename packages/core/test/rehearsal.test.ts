import { type Client, eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { noticesOf } from './support/notices.ts'
import { codeIn, DAY, granted, must, owner } from './support/people.ts'
import { enrollPhone, openPhones, type PhoneGateway } from './support/phones.ts'
import {
  beginGate,
  completeReset,
  type Forgetful,
  finishRehearsal,
  forgetful,
  mailGate,
  newPassword,
  passMail,
  passPin,
  passText,
  plainGate,
  readyReset,
  rehearse,
  signsIn,
  unlock,
  verifyGate,
} from './support/resets.ts'
import { eventCounts, query } from './support/rows.ts'

eachDatabase('A rehearsal', (open) => {
  let gateway: PhoneGateway
  let who: Forgetful
  beforeEach(async () => {
    gateway = await openPhones(await open(), { policy: { registration: { reconfirmEveryDays: 30 } } })
    who = await forgetful(gateway)
  })
  const confirmedAt = async () =>
    must(
      (
        await query<{ at: number | null }>(
          gateway.database,
          sql`select (extract(epoch from confirmed_at) * 1000)::float8 as at from security_info.account
            where user_id = ${uuid(who.person.userId)}`,
        )
      )[0]?.at,
    )
  const ready = async (client: Client = who.client) => {
    const token = must((await rehearse(client)).token)
    return passMail(gateway, client, await passText(gateway, client, token, who.number), who.address)
  }

  it('walks like a reset and changes nothing but the date to confirm', async () => {
    const before = await confirmedAt()
    await gateway.database.clock.advance(10 * 60_000)
    const told = await noticesOf(gateway.database, who.person.userId)
    const begun = await rehearse(who.client)
    expect(begun.reset).toMatchObject({ rehearsal: true, gatesRequired: 2, gatesPassed: 0, ready: false })
    const token = await ready()
    expect(await finishRehearsal(who.client, { token })).toMatchObject({
      __typename: 'FinishRehearsalPayload',
    })
    expect((await confirmedAt()) - before).toBeGreaterThan(9 * 60_000)
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
    expect(await who.client.session()).toMatchObject({ state: 'ACTIVE' })
    expect(await noticesOf(gateway.database, who.person.userId)).toEqual(told)
    expect(await eventCounts(gateway.database, who.person.userId)).toMatchObject({
      'reset.begun': 2,
      'reset.gateProven': 2,
      'reset.rehearsed': 1,
    })
    // It ends once.
    expect(await finishRehearsal(who.client, { token })).toMatchObject({ code: 'flow.ended' })
  })

  it('C6: can not set a password or unlock, and a reset can not end one', async () => {
    const visitor = gateway.client()
    const rehearsed = await ready()
    const reset = await readyReset(gateway, visitor, who)
    for (const client of [visitor, who.client]) {
      expect(await completeReset(client, { token: rehearsed, newPassword: newPassword() })).toMatchObject({
        code: 'reset.isRehearsal',
      })
      expect(await unlock(client, { token: rehearsed })).toMatchObject({ code: 'reset.isRehearsal' })
    }
    expect(await finishRehearsal(who.client, { token: reset })).toMatchObject({ code: 'reset.isNoRehearsal' })
    expect(await signsIn(gateway, who.person, who.person.password)).toBe(true)
  })

  it('does not end before its gates are passed', async () => {
    const before = await confirmedAt()
    const token = must((await rehearse(who.client)).token)
    expect(await finishRehearsal(who.client, { token })).toMatchObject({ code: 'reset.gatesMissing' })
    const second = await passPin(who.client, token, who.pin)
    expect(await finishRehearsal(who.client, { token: second })).toMatchObject({ code: 'reset.gatesMissing' })
    expect(await confirmedAt()).toBe(before)
  })

  it('ends with the session that began it', async () => {
    const token = await ready()
    const gate = must((await plainGate(who.client, must((await rehearse(who.client)).token), 'pin')).gate)
    await who.client.signOut()
    const visitor = gateway.client()
    for (const answer of [
      await plainGate(visitor, token, 'pin'),
      await verifyGate(visitor, { token, gateId: gate.id, proof: { pin: { code: who.pin } } }),
    ]) {
      expect(answer).toMatchObject({ code: 'flow.ended' })
    }
    const again = gateway.client()
    granted(await again.signIn(who.person))
    const begun = granted(await again.beginChallenge({ methodId: who.methodId }))
    const proof = { pin: { code: who.pin } }
    granted(await again.verifyChallenge({ challengeId: must(begun.challenge).id, proof }))
    expect(await finishRehearsal(again, { token })).toMatchObject({ code: 'flow.ended' })
  })

  it("C13: is nobody else's to end: not of another person, nor without a session", async () => {
    const before = await confirmedAt()
    const token = await ready()
    const other = await owner(gateway)
    expect(await finishRehearsal(other.client, { token })).toMatchObject({ code: 'flow.ended' })
    await expect(finishRehearsal(gateway.client(), { token })).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
    expect(await confirmedAt()).toBe(before)
    granted(await finishRehearsal(who.client, { token }))
  })

  it('needs a full session', async () => {
    const half = gateway.client()
    granted(await half.signIn(who.person))
    await expect(rehearse(half)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    await expect(rehearse(gateway.client())).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
  })

  it('says at once what a reset would say only after a proof', async () => {
    const young = await owner(gateway)
    await enrollPhone(gateway, young.client)
    const { reset } = await rehearse(young.client)
    expect(must(reset).options.map(({ kind }) => kind)).toEqual(['pin'])
    const token = must((await rehearse(young.client)).token)
    expect(
      await beginGate(young.client, { token, method: { mail: { address: 'a@mail.test' } } }),
    ).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'reset.noneOfKind',
    })
  })

  it('does not prove what the session itself has to prove', async () => {
    const proofs = must(await who.client.session()).proofs
    const token = await ready()
    granted(await finishRehearsal(who.client, { token }))
    expect(must(await who.client.session()).proofs).toEqual(proofs)
  })

  it('is confirmed by the clock: it moves the date to look the methods over', async () => {
    const { clock } = gateway.database
    await clock.advance(29 * DAY)
    const again = gateway.client()
    granted(await again.signIn(who.person))
    const begun = granted(await again.beginChallenge({ methodId: who.methodId }))
    const challengeId = must(begun.challenge).id
    granted(await again.verifyChallenge({ challengeId, proof: { pin: { code: who.pin } } }))
    const token = must((await rehearse(again)).token)
    const gateId = must((await mailGate(again, token, who.address)).gate).id
    const code = codeIn(await gateway.deliver(), who.address)
    const next = must((await verifyGate(again, { token, gateId, proof: { mail: { code } } })).token)
    granted(await finishRehearsal(again, { token: await passPin(again, next, who.pin) }))
    await clock.advance(2 * DAY)
    const later = gateway.client()
    granted(await later.signIn(who.person))
    const asked = granted(await later.beginChallenge({ methodId: who.methodId }))
    const proven = granted(
      await later.verifyChallenge({
        challengeId: must(asked.challenge).id,
        proof: { pin: { code: who.pin } },
      }),
    )
    expect(must(proven.session).state).toBe('ACTIVE')
  })
})
