/** Races over HTTP against two production processes on one database: what a limit says holds for both together. */
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAll } from './support/process.ts'
import { inFlight, must, type Racer, racer, tally, texted } from './support/racers.ts'
import { operations, type Reply, startTwoProcesses, type TwoProcesses } from './support/two-processes.ts'

let at: TwoProcesses
beforeAll(async () => {
  at = await startTwoProcesses()
})
afterAll(async () => {
  await endAll()
  await at?.close()
})
afterEach(() => at?.database.clock.reset())

const node = (number: number) => at.nodes[number % 2 === 0 ? 0 : 1]

async function beginChallenge(number: number, token: string, input: object = {}): Promise<string> {
  const begun = await node(number)(operations.beginChallenge, input, token)
  return must(begun, begun.challenge).id
}

const answer = (number: number, token: string, challengeId: string, proof: object) =>
  node(number)(operations.verifyChallenge, { challengeId, proof }, token)

/**
 * Sends all of them, to each process fewer at once than it has connections: nobody has to wait for one, and so nobody is told to come
 * again (M5), however slow the machine is. More than that never reach the database at once anyway.
 */
async function race(
  work: readonly { readonly at: number; send(): Promise<Reply> }[],
): Promise<readonly Reply[]> {
  const to = (side: number) => work.filter(({ at }) => at % 2 === side).map(({ send }) => send)
  return (await Promise.all([inFlight(8, to(0)), inFlight(8, to(1))])).flat()
}

/** A code that the app shows neither now nor in the steps around. */
async function wrongCode({ code }: Racer): Promise<string> {
  const right = await Promise.all([-2, -1, 0, 1, 2, 3, 4].map((steps) => code(steps)))
  return must(
    { __typename: 'code' },
    ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
      (guess) => !right.includes(guess),
    ),
  )
}

/** How often each event of a person was audited: a proof that is compared leaves one, whatever comes of it. */
async function events(identifier: string): Promise<Readonly<Record<string, number>>> {
  const found: unknown = await at.database.db.execute(sql`
    SELECT e.type, count(*)::int AS times FROM security_info.audit_event e JOIN security_info.account a USING (user_id)
    WHERE a.identifier = ${identifier} GROUP BY e.type`)
  const rows = found as readonly { readonly type: string; readonly times: number }[]
  return Object.fromEntries(rows.map(({ type, times }) => [type, times]))
}

describe('Two processes on one database', () => {
  it('C1: of 500 parallel guesses at one challenge, exactly 5 are compared', async () => {
    const ada = await racer(at, 'ada@example.org')
    const token = await ada.signIn(0)
    const challengeId = await beginChallenge(1, token)
    const code = await wrongCode(ada)
    const guesses = Array.from({ length: 500 }, (_, n) => ({
      at: n,
      send: () => answer(n, token, challengeId, { totp: { code } }),
    }))
    expect(tally(await race(guesses))).toEqual({ ProofRejected: 5, FlowEnded: 495 })
    expect(await events(ada.identifier)).toMatchObject({ 'challenge.failed': 5 })
    // And the right one comes too late, at either.
    await at.database.clock.advance(60_000)
    for (const late of [0, 1]) {
      const reply = await answer(late, token, challengeId, { totp: { code: await ada.code() } })
      expect(reply.__typename).toBe('FlowEnded')
    }
    expect(await events(ada.identifier)).not.toHaveProperty('challenge.succeeded')
  })

  it('C2: of 200 guesses at each of 50 challenges, with resends and under many names, 10 are compared', async () => {
    const number = '+12015550177'
    const grace = await racer(at, 'grace.hopper@example.org', number)
    // One name, to whoever writes it: capitals, fullwidth and mathematical letters, spaces around.
    const names = [
      grace.identifier,
      'GRACE.HOPPER@EXAMPLE.ORG',
      'ｇｒａｃｅ.hopper@example.org',
      '𝑔𝓇𝒶𝒸ℯ.Hopper@example.org',
      '  Grace.Hopper@example.org ',
    ]
    const sessions = await inFlight(
      2,
      Array.from({ length: 10 }, (_, n) => () => grace.signIn(n, names[n % names.length])),
    )
    const tokenOf = (n: number) => sessions[n % sessions.length] ?? ''
    const challenges = await inFlight(
      10,
      Array.from({ length: 52 }, (_, n) => async () => ({
        token: tokenOf(n),
        kind: n < 2 ? ('phone' as const) : ('totp' as const),
        id: await beginChallenge(n, tokenOf(n), n < 2 ? { methodId: grace.phone, way: 'text' } : {}),
      })),
    )
    const resend = (n: number) =>
      node(n)(operations.resendCode, { flowId: challenges[n]?.id }, challenges[n]?.token)
    // Each of the two has its code sent again by the process that did not begin it, and anew after that.
    for (const n of [0, 1]) expect((await resend(n + 2)).__typename).not.toBe('ResendCodePayload')
    await at.database.clock.advance(31_000)
    expect(tally(await Promise.all([resend(0), resend(1)]))).toEqual({ ResendCodePayload: 2 })
    const sent = await texted(at, number, 5)

    const wrong = await wrongCode(grace)
    const guess = ({ token, id, kind }: (typeof challenges)[number], n: number) =>
      answer(n, token, id, { [kind]: { code: wrong === sent ? '888888' : wrong } })
    const guesses = Array.from({ length: 10_000 }, (_, n) => {
      const challenge = must({ __typename: 'challenge' }, challenges[n % 50])
      const at = n + Math.floor(n / 50)
      return { at, send: () => guess(challenge, at) }
    })
    // Each takes one of its challenge's 5 attempts, and of the 250 that have one, 10 get one of the person's.
    const counts = tally(await race(guesses))
    expect(counts).toEqual({ ProofRejected: 10, RateLimited: 240, FlowEnded: 9_750 })
    expect(await events(grace.identifier)).toMatchObject({ 'challenge.failed': 10 })

    // The right codes, planted late: of the phone, where guesses have ended it; of the app, in challenges without a guess and in
    // new sessions, under each name, at either process.
    await at.database.clock.advance(61_000)
    const late: Reply[] = []
    for (const n of [0, 1]) {
      const { token, id } = must({ __typename: 'challenge' }, challenges[n])
      late.push(await answer(n, token, id, { phone: { code: sent } }), await resend(n))
    }
    expect(tally(late)).toEqual({ FlowEnded: 4 })
    const untouched = challenges
      .slice(50)
      .map(async ({ token, id }, n) => answer(n, token, id, { totp: { code: await grace.code() } }))
    const anew = names.map(async (name, n) =>
      node(n + 1)(operations.beginChallenge, {}, await grace.signIn(n, name)),
    )
    expect(tally(await Promise.all([...untouched, ...anew]))).toEqual({ RateLimited: 7 })
    expect(await events(grace.identifier)).not.toHaveProperty('challenge.succeeded')
  })

  it('C3: of 2 or 1,000 aliases in one document, none is executed', async () => {
    const eve = await racer(at, 'eve@example.org')
    const token = await eve.signIn(0)
    const challengeId = await beginChallenge(0, token)
    const before = await events(eve.identifier)
    const code = await wrongCode(eve)
    for (const [ask, aliases] of at.nodes.flatMap((one) => [[one, 2] as const, [one, 1000] as const])) {
      const fields = Array.from(
        { length: aliases },
        (_, n) => `a${n}: verifyChallenge(input: $input) { __typename }`,
      )
      const query = `mutation ($input: VerifyChallengeInput!) { ${fields.join(' ')} }`
      const reply = await ask(query, { challengeId, proof: { totp: { code } } }, token)
      expect(['BAD_USER_INPUT', 'TOO_COMPLEX']).toContain(reply.__typename)
    }
    expect(await events(eve.identifier)).toEqual(before)
    // No attempt was paid for either: four wrong ones are left after this.
    const wrong = await answer(0, token, challengeId, { totp: { code } })
    expect(wrong).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: 4 })
  })

  it('C4: of 200 parallel replays of one right code, over 20 sessions, one opens a session', async () => {
    const linus = await racer(at, 'linus@example.org')
    const tokens = await inFlight(
      2,
      Array.from({ length: 20 }, (_, n) => () => linus.signIn(n)),
    )
    const challenges = await inFlight(
      10,
      tokens.map((token, n) => async () => ({ token, id: await beginChallenge(n + 1, token) })),
    )
    // Not the one that set the app up.
    await at.database.clock.advance(60_000)
    const code = await linus.code()
    const replays = Array.from({ length: 200 }, (_, n) => {
      const { token, id } = must({ __typename: 'challenge' }, challenges[n % 20])
      const at = n + Math.floor(n / 20)
      return { at, send: () => answer(at, token, id, { totp: { code } }) }
    })
    const replies = await race(replays)
    expect(tally(replies).VerifyChallengePayload).toBe(1)
    expect(replies.filter((reply) => reply.session?.state === 'ACTIVE')).toHaveLength(1)
    expect(await events(linus.identifier)).toMatchObject({ 'challenge.succeeded': 1 })
  })
})
