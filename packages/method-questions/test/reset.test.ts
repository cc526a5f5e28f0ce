import { type Client, eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { listed, openCompany, steps } from './company.ts'
import { ANSWERS } from './deps.ts'

interface Asked {
  readonly __typename: string
  readonly questions: readonly { readonly id: string; readonly text: string }[]
}
interface Answer {
  readonly __typename: string
  readonly code?: string
  readonly token?: string
  readonly attemptsLeft?: number
  readonly hint?: string | null
  readonly path?: readonly string[]
  readonly step?: Asked
  readonly gate?: { readonly id: string; readonly step: Asked }
  readonly reset?: {
    readonly gatesPassed: number
    readonly ready: boolean
    readonly options: readonly { readonly kind: string }[]
  }
}

const STEP = 'step { __typename ... on QuestionsPrompt { questions { id text } } }'
const RESET = 'token reset { gatesPassed ready options { kind } }'
const mutation = (name: string, payload: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`
  return `mutation Test($input: ${type}Input!) { ${name}(input: $input) { __typename
    ... on UserError { code ... on ProofRejected { attemptsLeft hint path ${STEP} } ... on InvalidInput { path } }
    ... on ${type}Payload { ${payload} } } }`
}
const START = mutation('startPasswordReset', RESET)
const BEGIN = mutation('beginResetGate', `gate { id ${STEP} }`)
const VERIFY = mutation('verifyResetGate', RESET)
const COMPLETE = mutation('completePasswordReset', 'message')

eachDatabase('Questions in a password reset', (open) => {
  /** Somebody with a badge and questions. */
  async function enrolled(section: object = {}) {
    const gateway = await openCompany(await open(), section)
    const person = await gateway.person()
    const client = gateway.client()
    await client.signIn(person)
    const begun = await client.beginEnrollment({ method: { badge: {} } })
    await client.confirmEnrollment({ enrollmentId: begun.enrollment?.id, proof: { badge: { word: 'open' } } })
    const { begin, confirm } = steps(client)
    const { method } = await confirm((await begin()).enrollment?.id, listed(ANSWERS))
    expect(method?.kind).toBe('questions')
    await gateway.database.clock.advance(25 * 3_600_000)
    return { gateway, person, ...reset(gateway.client()) }
  }

  function reset(client: Client) {
    let token: string | undefined
    const step = async (document: string, input: object) => {
      const answer = await client.ask<Answer>(document, { input: { ...(token && { token }), ...input } })
      token = answer.token ?? token
      return answer
    }
    return {
      start: (identifier: string) => step(START, { identifier }),
      begin: (kind: string) => step(BEGIN, { method: { [kind]: {} } }),
      verify: (gateId: string | undefined, proof: object) => step(VERIFY, { gateId, proof }),
      complete: (newPassword: string) => step(COMPLETE, { newPassword }),
    }
  }
  type Walk = Awaited<ReturnType<typeof enrolled>>

  /** Through the first gate, with the badge. */
  async function badged({ start, begin, verify, person }: Walk) {
    await start(person.identifier)
    const first = await begin('badge')
    expect(await verify(first.gate?.id, { badge: { word: 'open' } })).toMatchObject({
      reset: { gatesPassed: 1 },
    })
  }
  const all: Readonly<Record<string, string>> = ANSWERS
  const rightTo = (step: Asked | undefined) => ({
    questions: { answers: step?.questions.map(({ id }) => ({ question: id, answer: all[id] ?? '' })) },
  })
  const wrongTo = (step: Asked | undefined) => ({
    questions: { answers: step?.questions.map(({ id }) => ({ question: id, answer: 'wrong one' })) },
  })
  const idsOf = (step: Asked | undefined) => step?.questions.map(({ id }) => id).toSorted()

  it('are the second gate, and asked in words', async () => {
    const walk = await enrolled()
    await badged(walk)
    const { gate } = await walk.begin('questions')
    expect(gate?.step.__typename).toBe('QuestionsPrompt')
    expect(gate?.step.questions).toHaveLength(3)
    for (const { text } of gate?.step.questions ?? []) expect(text).toMatch(/\?$/)
    expect(await walk.verify(gate?.id, rightTo(gate?.step))).toMatchObject({ reset: { ready: true } })
    const done = await walk.complete('correct zebra battery staple')
    expect(done.__typename).toBe('CompletePasswordResetPayload')
  })

  it('are never the first gate', async () => {
    const { start, begin, person } = await enrolled()
    const started = await start(person.identifier)
    expect(started.reset?.options).toEqual([{ kind: 'badge' }])
    expect(await begin('questions')).toMatchObject({ __typename: 'PolicyDenied' })
  })

  it('are asked anew after a wrong answer; what was asked before is no longer answered by anything', async () => {
    const walk = await enrolled()
    await badged(walk)
    const { gate } = await walk.begin('questions')
    const refused = await walk.verify(gate?.id, wrongTo(gate?.step))
    expect(refused).toMatchObject({
      __typename: 'ProofRejected',
      code: 'proof.wrong',
      attemptsLeft: 4,
      hint: null,
    })
    expect(refused.path).toEqual([])
    expect(refused.step?.questions).toHaveLength(3)
    expect(idsOf(refused.step)).not.toEqual(idsOf(gate?.step))
    const stale = await walk.verify(gate?.id, rightTo(gate?.step))
    expect(stale).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: 3 })
    expect(await walk.verify(gate?.id, rightTo(stale.step))).toMatchObject({ reset: { ready: true } })
    const dump = (await walk.gateway.database.dump()).toLowerCase()
    for (const typed of [...Object.values(ANSWERS), 'wrong one']) {
      expect(dump.includes(typed.toLowerCase()), typed).toBe(false)
    }
  })

  it('end after five wrong proofs; a slip of the form costs none of them', async () => {
    const walk = await enrolled()
    await badged(walk)
    const { gate } = await walk.begin('questions')
    const [first, ...others] = rightTo(gate?.step).questions.answers ?? []
    const slips = [others, [first, first, ...others], [{ ...first, answer: ' a ' }, ...others]]
    for (const answers of slips) {
      const invalid = await walk.verify(gate?.id, { questions: { answers } })
      expect(invalid.__typename).toBe('InvalidInput')
      expect(invalid.path?.slice(0, 3)).toEqual(['proof', 'questions', 'answers'])
    }
    let asked = gate?.step
    for (const left of [4, 3, 2, 1, 0]) {
      const refused = await walk.verify(gate?.id, wrongTo(asked))
      expect(refused).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: left })
      // At the end nothing is asked any more.
      expect(Boolean(refused.step)).toBe(left > 0)
      asked = refused.step ?? asked
    }
    expect(await walk.verify(gate?.id, rightTo(asked))).toMatchObject({ __typename: 'FlowEnded' })
  })

  it('C22: move over to a new pepper when they are proven, and do without the old one then', async () => {
    const section = { answer: 5 }
    const walk = await enrolled(section)
    const { database } = walk.gateway
    const prove = async (gateway: Walk['gateway']) => {
      const again = { gateway, person: walk.person, ...reset(gateway.client()) }
      await badged(again)
      const { gate } = await again.begin('questions')
      const wrong = await again.verify(gate?.id, wrongTo(gate?.step))
      expect(wrong).toMatchObject({ __typename: 'ProofRejected', attemptsLeft: 4 })
      return again.verify(gate?.id, rightTo(wrong.step))
    }
    const other = await openCompany(database, section)
    await other.securityInfo.rotatePepper()
    expect(await prove(other)).toMatchObject({ reset: { ready: true } })
    await database.clock.advance(3_600_000)
    // Another process, which has not heard of a new one yet, understands what moved.
    expect(await prove(walk.gateway)).toMatchObject({ reset: { ready: true } })
    await database.db.execute(`delete from security_info.sealed_secret where name = 'pepper'`)
    await database.clock.advance(3_600_000)
    expect(await prove(await openCompany(database, section))).toMatchObject({ reset: { ready: true } })
  })
})
