import {
  type Client,
  eachDatabase,
  openTestGateway,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { beforeAll, expect, it } from 'vitest'
import { pin } from './plugins/pin.ts'
import { texting } from './plugins/texting.ts'
import {
  beginPinEnrollment,
  codeIn,
  enrollPin,
  granted,
  must,
  type Owner,
  owner,
  signedIn,
} from './support/people.ts'

/** How many statements each call may send (the table of `docs/architecture.md`). None depends on how many methods there are. */
const BOUNDS = {
  signIn: 5,
  beginEnrollment: 3,
  confirmEnrollment: 3,
  beginChallenge: 3,
  verifyChallenge: 3,
  securityInfo: 2,
  session: 1,
  updateMethod: 2,
  removeMethod: 2,
  finishRegistration: 2,
  // Two more than without a code: they make and lock the counters that cap it.
  beginCode: 5,
  verifyCode: 4,
  resendCode: 6,
} as const
type Call = keyof typeof BOUNDS

/** Documents that ask for no more than the call itself has. */
const documents = {
  signIn:
    'mutation($i: SignInInput!) { signIn(input: $i) { ... on SignInPayload { token session { state } } } }',
  beginEnrollment: `mutation { beginEnrollment(input: { method: { pin: {} } }) {
    ... on BeginEnrollmentPayload { enrollment { id step { ... on PinSetup { pin } } } } } }`,
  confirmEnrollment: `mutation($i: ConfirmEnrollmentInput!) { confirmEnrollment(input: $i) {
    ... on ConfirmEnrollmentPayload { token session { state } } } }`,
  beginChallenge:
    'mutation { beginChallenge { ... on BeginChallengePayload { challenge { id step { kind } } } } }',
  verifyChallenge: `mutation($i: VerifyChallengeInput!) { verifyChallenge(input: $i) {
    ... on VerifyChallengePayload { token session { state } } } }`,
  securityInfo: `{ viewer { session { state proofOptions { way method { label } } } securityInfo {
    methods { id label hint ... on PinMethod { length } } default { way } offers { kind } coverage { have } } } }`,
  session: '{ viewer { session { state interrupt { missing offers { kind } } } } }',
  updateMethod: 'mutation($i: UpdateMethodInput!) { updateMethod(input: $i) { __typename } }',
  removeMethod: 'mutation($i: RemoveMethodInput!) { removeMethod(input: $i) { __typename } }',
  finishRegistration: 'mutation { finishRegistration { ... on FinishRegistrationPayload { token } } }',
  beginCode: `mutation($i: BeginChallengeInput!) { beginChallenge(input: $i) {
    ... on BeginChallengePayload { challenge { id step { kind } } } } }`,
  verifyCode: `mutation($i: VerifyChallengeInput!) { verifyChallenge(input: $i) {
    ... on VerifyChallengePayload { token session { state } } } }`,
  resendCode: `mutation($i: ResendCodeInput!) { resendCode(input: $i) {
    ... on ResendCodePayload { flow { ... on Challenge { step { ... on CodeSent { delivery } } } } } } }`,
} as const satisfies Record<Call, string>

eachDatabase('Statements', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openTestGateway(database, { plugins: [pin({ limits: { methods: 20 } }), texting()] })
    // Once before counting: the policy and the fingerprint key are read when they are first needed.
    await owner(gateway)
  })

  /** Sets a number up, uncounted. */
  async function enrollNumber(client: Client, number: string): Promise<string> {
    const { enrollment } = granted(await client.beginEnrollment({ method: { texting: { number } } }))
    const proof = { texting: { code: codeIn(await gateway.deliver(), number) } }
    const { method } = granted(await client.confirmEnrollment({ enrollmentId: must(enrollment).id, proof }))
    return must(method).id
  }

  /** Sends each call once, for somebody with so many methods, and counts. */
  async function counted(methods: number): Promise<Readonly<Record<Call, number>>> {
    const someone: Owner = await owner(gateway)
    for (let added = 1; added < methods; added++) await enrollPin(someone.client)
    const { person } = someone
    const client = gateway.client()
    const sent = async (call: Call, i?: object) => {
      let data: Readonly<Record<string, unknown>> | null = null
      const number = await database.statements.count(async () => {
        const outcome = await client.send(documents[call], i ? { i } : {})
        expect({ call, errors: outcome.errors }).toEqual({ call, errors: [] })
        data = outcome.data
      })
      return { number, value: Object.values(data ?? {})[0] as Record<string, { id: string }> }
    }
    const signIn = await sent('signIn', { identifier: person.identifier, password: person.password })
    const begun = await sent('beginChallenge')
    const challengeId = String(begun.value.challenge?.id)
    const proof = { pin: { code: someone.pin } }
    const verified = await sent('verifyChallenge', { challengeId, proof })
    const session = await sent('session')
    const securityInfo = await sent('securityInfo')
    const beginning = await sent('beginEnrollment')
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
    const confirmed = await sent('confirmEnrollment', { enrollmentId, proof: { pin: { code: fresh } } })
    const updated = await sent('updateMethod', { methodId: someone.methodId, label: 'Counted' })
    const finished = await sent('finishRegistration')
    const number = `55501${methods}`
    const phone = await enrollNumber(client, number)
    const codeBegun = await sent('beginCode', { methodId: phone })
    const flowId = String(codeBegun.value.challenge?.id)
    await database.clock.advance(31_000)
    const resent = await sent('resendCode', { flowId })
    const code = codeIn(await gateway.deliver(), number)
    const codeVerified = await sent('verifyCode', { challengeId: flowId, proof: { texting: { code } } })
    const removed = await sent('removeMethod', { methodId: someone.methodId })
    return {
      signIn: signIn.number,
      beginEnrollment: beginning.number,
      confirmEnrollment: confirmed.number,
      beginChallenge: begun.number,
      verifyChallenge: verified.number,
      securityInfo: securityInfo.number,
      session: session.number,
      updateMethod: updated.number,
      removeMethod: removed.number,
      finishRegistration: finished.number,
      beginCode: codeBegun.number,
      verifyCode: codeVerified.number,
      resendCode: resent.number,
    }
  }

  it('H15: each call sends as many as planned, and no more with 12 methods than with one', async () => {
    const one = await counted(1)
    const calls = Object.keys(BOUNDS) as Call[]
    const tooMany = calls.filter((call) => one[call] > BOUNDS[call])
    expect(tooMany.map((call) => `${call}: ${one[call]} instead of ${BOUNDS[call]}`)).toEqual([])
    expect(calls.filter((call) => one[call] === 0)).toEqual([])
    expect(await counted(12)).toEqual(one)
  })

  it('a refusal costs no more than a success', async () => {
    const { person, pin: known } = await owner(gateway)
    const { client } = await signedIn(gateway, person)
    const { challenge } = granted(await client.beginChallenge())
    const wrong = known === '000000' ? '000001' : '000000'
    const sent = await database.statements.count(() =>
      client.verifyChallenge({ challengeId: String(challenge?.id), proof: { pin: { code: wrong } } }),
    )
    expect(sent).toBeLessThanOrEqual(BOUNDS.verifyChallenge)
  })
})
