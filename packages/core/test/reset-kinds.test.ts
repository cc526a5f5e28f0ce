import { type Client, eachDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { badge } from './plugins/badge.ts'
import { key, keyAnswer, newKey } from './plugins/key.ts'
import { GIVEN_UP, newAnswers, type QuizProbe, quiz } from './plugins/quiz.ts'
import { promote } from './support/admins.ts'
import { enrollKey, granted, insideOf, must } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import {
  age,
  beginGate,
  completeReset,
  enrollBadge,
  enrollQuiz,
  type Forgetful,
  forgetful,
  newPassword,
  passPin,
  passText,
  plainGate,
  type ResetAnswer,
  resetOf,
  startReset,
  verifyGate,
} from './support/resets.ts'

const QUESTION = '... on QuizPrompt { question }'

eachDatabase('Which methods pass a reset', (open) => {
  const probe: QuizProbe = { compared: 0 }
  const gatewayWith = async (policy: unknown = {}): Promise<PhoneGateway> =>
    openPhones(await open(), { policy, plugins: [quiz(probe), key(), badge()] })

  /** Somebody who has answered the quiz, too. */
  async function knowing(
    gateway: PhoneGateway,
  ): Promise<Forgetful & { readonly answers: readonly string[] }> {
    const who = await forgetful(gateway)
    const answers = newAnswers()
    granted(await enrollQuiz(who.client, answers))
    return { ...who, answers }
  }
  const kindsOf = (answer: ResetAnswer) => must(answer.reset).options.map(({ kind }) => kind)
  const beginQuiz = (client: Client, token: string) =>
    beginGate(client, { token, method: { quiz: {} } }, QUESTION)
  const answerQuiz = (client: Client, token: string, gateId: string, answer: string) =>
    verifyGate(client, { token, gateId, proof: { quiz: { answer } } }, QUESTION)
  const asked = (step: Readonly<Record<string, unknown>> | null | undefined) => Number(must(step).question)

  /** Proves the quiz. */
  async function passQuiz(client: Client, token: string, answers: readonly string[]): Promise<ResetAnswer> {
    const { gate } = granted(await beginQuiz(client, token)) as ResetAnswer
    const { id, step } = must(gate)
    return answerQuiz(client, token, id, must(answers[asked(step)]))
  }

  /** Takes a method away as an administrator or the sweep of a policy would: it is not there any more. */
  const drop = (gateway: PhoneGateway, methodId: string) =>
    gateway.database.db.execute(sql`delete from security_info.method where id = ${uuid(insideOf(methodId))}`)

  it('C11: two kinds on one device are one', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const hand = newKey(`key of ${who.person.userId}`, `device of ${who.person.userId}`)
    granted(await enrollBadge(who.client, 'my badge', hand.device))
    granted(await enrollKey(who.client, hand))
    const visitor = gateway.client()
    let token = await resetOf(visitor, who.person.identifier)
    // Begun before anything is proven, so that the gate itself has to refuse.
    const touch = must(
      (await beginGate(visitor, { token, method: { key: {} } }, '... on KeyPrompt { nonce }')).gate,
    )
    const shown = must((await plainGate(visitor, token, 'badge')).gate)
    const proven = granted(
      await verifyGate(visitor, { token, gateId: shown.id, proof: { badge: { secret: 'my badge' } } }),
    ) as ResetAnswer
    token = must(proven.token)
    expect(kindsOf(proven)).toEqual(['texting', 'mail', 'pin'])
    const answer = keyAnswer(hand.secret, String(touch.step.nonce))
    expect(await verifyGate(visitor, { token, gateId: touch.id, proof: { key: { answer } } })).toMatchObject({
      __typename: 'ProofRejected',
    })
    expect(await plainGate(visitor, token, 'key')).toMatchObject({ code: 'reset.provenAlready' })
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'reset.gatesMissing',
    })
  })

  it('C11: the same two on two devices are two', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const hand = newKey(`key of ${who.person.userId}`, `a device of ${who.person.userId}`)
    granted(await enrollBadge(who.client, 'my badge', `another of ${who.person.userId}`))
    granted(await enrollKey(who.client, hand))
    const visitor = gateway.client()
    let token = await resetOf(visitor, who.person.identifier)
    const shown = must((await plainGate(visitor, token, 'badge', { way: 'tap' })).gate)
    const proof = { badge: { secret: 'my badge' } }
    token = must((await verifyGate(visitor, { token, gateId: shown.id, proof })).token)
    const touch = must(
      (await beginGate(visitor, { token, method: { key: {} } }, '... on KeyPrompt { nonce }')).gate,
    )
    const answer = keyAnswer(hand.secret, String(touch.step.nonce))
    token = must((await verifyGate(visitor, { token, gateId: touch.id, proof: { key: { answer } } })).token)
    expect(granted(await completeReset(visitor, { token, newPassword: newPassword() })).code).toBeUndefined()
  })

  it('C11: what others can find out is never the first gate, for anybody', async () => {
    for (const policy of [{}, { passwordReset: { gates: 1 } }]) {
      const gateway = await gatewayWith(policy)
      const who = await knowing(gateway)
      const visitor = gateway.client()
      for (const identifier of [who.person.identifier, 'nobody@example.test']) {
        const started = await startReset(visitor, identifier)
        expect(kindsOf(started)).toEqual(['texting', 'mail', 'pin', 'key', 'badge'])
        expect(await beginQuiz(visitor, must(started.token))).toMatchObject({
          __typename: 'PolicyDenied',
          code: 'reset.notFirst',
        })
      }
    }
    expect(probe.compared).toBe(0)
  })

  it('C11: it passes the second', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const proven = granted(await passQuiz(visitor, token, who.answers)) as ResetAnswer
    expect(proven.reset).toMatchObject({ gatesPassed: 2, ready: true })
    granted(await completeReset(visitor, { token: proven.token, newPassword: newPassword() }))
  })

  it('C11: it is never the only one: without the other it counts for nothing, and nor does what it opened', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const first = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const token = must(granted(await passQuiz(visitor, first, who.answers)).token)
    await drop(gateway, who.methodId)
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'reset.gatesMissing',
    })
    // Nor is anything said any more that strangers do not hear.
    expect(await beginQuiz(visitor, token)).toMatchObject({ code: 'reset.notFirst' })
    // A second proof of another kind makes two of them again.
    const again = await passText(gateway, visitor, token, who.number)
    granted(await completeReset(visitor, { token: again, newPassword: newPassword() }))
  })

  it('C11: a gate that was begun beside the first one is asked for, and answers nothing, once that one is gone', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const { id, step } = must((await beginQuiz(visitor, token)).gate)
    await drop(gateway, who.methodId)
    const answer = await answerQuiz(visitor, token, id, must(who.answers[asked(step)]))
    expect(answer).toMatchObject({ __typename: 'ProofRejected', code: 'proof.wrong' })
  })

  it('C11: it is asked once in a reset: nobody waits for the question they know the answer to', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const begun = await Promise.all(Array.from({ length: 20 }, () => beginQuiz(visitor, token)))
    expect(begun.filter((answer) => answer.gate)).toHaveLength(1)
    expect(await beginQuiz(visitor, token)).toMatchObject({ code: 'reset.alreadyAsked' })
  })

  it('C11: administrators have none of it: not in a reset, not to set up', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    await promote(gateway, who.person)
    const visitor = gateway.client()
    const started = await resetOf(visitor, who.person.identifier)
    const gateId = must((await plainGate(visitor, started, 'pin')).gate).id
    const proven = await verifyGate(visitor, { token: started, gateId, proof: { pin: { code: who.pin } } })
    expect(kindsOf(proven)).toEqual(['texting', 'mail'])
    expect(await beginQuiz(visitor, must(proven.token))).toMatchObject({
      code: 'reset.kindNotAllowed',
      rule: 'methods.quiz.allowedFor',
    })
    expect(await who.client.beginEnrollment({ method: { quiz: {} } })).toMatchObject({
      code: 'policy.kindNotAllowed',
    })
  })

  it('C11: what was answered before somebody became an administrator counts no more', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const first = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const token = must(granted(await passQuiz(visitor, first, who.answers)).token)
    await promote(gateway, who.person)
    expect(await completeReset(visitor, { token, newPassword: newPassword() })).toMatchObject({
      code: 'reset.gatesMissing',
    })
  })

  it('asks something else after each wrong answer, out of one number of attempts', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const { id, step } = must((await beginQuiz(visitor, token)).gate)
    let question = asked(step)
    const wrong = [
      ['wrong', 'proof.wrong', []],
      [GIVEN_UP, 'quiz.givenUp', ['answer']],
    ] as const
    for (const attemptsLeft of [4, 3, 2, 1]) {
      const [said, code, path] = must(wrong[attemptsLeft % 2])
      // The right answer to another question is wrong as well.
      const other = must(who.answers[(question + 1) % 3])
      const answer = await answerQuiz(visitor, token, id, attemptsLeft === 2 ? other : said)
      expect(answer).toMatchObject(
        attemptsLeft === 2 ? { code: 'proof.wrong', attemptsLeft } : { code, path, attemptsLeft },
      )
      expect(answer.step).toMatchObject({ __typename: 'QuizPrompt', kind: 'quiz' })
      expect(asked(answer.step)).not.toBe(question)
      question = asked(answer.step)
    }
    expect((await answerQuiz(visitor, token, id, must(who.answers[question]))).reset).toMatchObject({
      ready: true,
    })
  })

  it('the answer to the question before is worth nothing', async () => {
    const gateway = await gatewayWith()
    const who = await knowing(gateway)
    const visitor = gateway.client()
    const token = await passPin(visitor, await resetOf(visitor, who.person.identifier), who.pin)
    const { id, step } = must((await beginQuiz(visitor, token)).gate)
    await answerQuiz(visitor, token, id, 'wrong')
    expect(await answerQuiz(visitor, token, id, must(who.answers[asked(step)]))).toMatchObject({
      __typename: 'ProofRejected',
    })
  })

  it('what is wrong with answers that are set up costs no attempt', async () => {
    const gateway = await gatewayWith()
    const who = await forgetful(gateway)
    const begun = granted(await who.client.beginEnrollment({ method: { quiz: {} } }))
    const enrollmentId = must(begun.enrollment).id
    const confirm = (answers: readonly string[]) =>
      who.client.confirmEnrollment({ enrollmentId, proof: { quiz: { answers } } })
    for (let times = 0; times < 8; times++) {
      expect(await confirm(['one', 'one', 'two'])).toMatchObject({
        __typename: 'InvalidInput',
        code: 'quiz.same',
        path: ['proof', 'quiz', 'answers'],
      })
    }
    granted(await confirm(newAnswers()))
    await age(gateway, who.person)
  })
})
