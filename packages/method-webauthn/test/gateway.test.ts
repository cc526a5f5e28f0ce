import { eachDatabase, openTestGateway, type TestDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { webauthn } from '../src/index.ts'
import { create, type Device, get, type Options, type Quirks } from './authenticator.ts'

const SETUP = '... on WebauthnSetup { creation: options }'
const PROMPT = '... on WebauthnPrompt { request: options }'

const BEGIN = `mutation {
  beginPasskeySignIn { ... on BeginPasskeySignInPayload { token step { ${PROMPT} } } }
}`
const SIGN_IN = `mutation ($input: SignInWithPasskeyInput!) {
  signInWithPasskey(input: $input) { __typename ... on SignInPayload { session { state } } }
}`
interface Begun {
  readonly token: string
  readonly step: { readonly request: Options }
}
interface Answer {
  readonly session?: { readonly state: string }
}

type Gateway = Awaited<ReturnType<typeof openTestGateway>>
type Client = ReturnType<Gateway['client']>

const openGateway = (database: TestDatabase, section: object = {}) =>
  openTestGateway(database, {
    plugins: [webauthn()],
    policy: { methods: { webauthn: { needsAnother: false, ...section } } },
  })

async function signedIn(gateway: Gateway) {
  const person = await gateway.person()
  const client = gateway.client()
  await client.signIn(person)
  return { person, client }
}

async function beginKey(client: Client, attachment?: string) {
  const { enrollment } = await client.beginEnrollment({ method: { webauthn: { attachment } } }, SETUP)
  const options = enrollment?.step.creation as Options & {
    readonly excludeCredentials: readonly { id: string }[]
  }
  return { options, enrollmentId: enrollment?.id }
}

async function registerKey(client: Client, quirks: Quirks = {}) {
  const { options, enrollmentId } = await beginKey(client)
  const { device, response } = create(options, quirks)
  const answer = await client.confirmEnrollment({ enrollmentId, proof: { webauthn: response } })
  return { device, answer }
}

async function askKey(client: Client) {
  const { challenge } = await client.beginChallenge({}, PROMPT)
  return { options: challenge?.step.request as Options, challengeId: challenge?.id }
}

eachDatabase('A gateway with security keys', (open) => {
  it('C17: registers a credential once, also for two people at the same time', async () => {
    const gateway = await openGateway(await open())
    const people = await Promise.all(Array.from({ length: 4 }, () => signedIn(gateway)))
    const credentialId = new Uint8Array(32).fill(7)
    const answers = await Promise.all(people.map(({ client }) => registerKey(client, { credentialId })))
    expect(answers.filter(({ answer }) => answer.method)).toHaveLength(1)
    for (const { answer } of answers.filter(({ answer: { method } }) => !method)) {
      expect(answer).toMatchObject({ __typename: 'ProofRejected', code: 'method.taken' })
    }
    const later = await signedIn(gateway)
    expect((await registerKey(later.client, { credentialId })).answer).toMatchObject({ code: 'method.taken' })
  })

  it('excludes the keys that a person has, and any of them answers', async () => {
    const gateway = await openGateway(await open())
    const { person, client } = await signedIn(gateway)
    const first = await registerKey(client)
    const second = await registerKey(client, { be: true, bs: true, transports: ['internal'] })
    const { options } = await beginKey(client, 'CROSS_PLATFORM')
    const ids = options.excludeCredentials.map(({ id }) => id)
    expect(ids.toSorted()).toEqual([first.device.id, second.device.id].toSorted())
    await client.finishRegistration()
    for (const [device, quirks] of [
      [first.device, {}],
      [second.device, { be: true, bs: true }],
    ] as const) {
      const again = gateway.client()
      await again.signIn(person)
      const { options: request, challengeId } = await askKey(again)
      const proof = { webauthn: get(device, request, quirks) }
      expect((await again.verifyChallenge({ challengeId, proof })).session?.state).toBe('ACTIVE')
    }
  })

  it('M12: a counter that falls does not count, and does not lock the owner out', async () => {
    const gateway = await openGateway(await open())
    const { person, client } = await signedIn(gateway)
    const { device } = await registerKey(client, { counter: 5 })
    await client.finishRegistration()
    const copy = { ...device }
    const prove = async (one: typeof device) => {
      const session = gateway.client()
      await session.signIn(person)
      const { options, challengeId } = await askKey(session)
      return session.verifyChallenge({ challengeId, proof: { webauthn: get(one, options) } })
    }
    expect((await prove(device)).session?.state).toBe('ACTIVE')
    expect(await prove(copy)).toMatchObject({ __typename: 'ProofRejected', code: 'webauthn.counter' })
    expect((await prove(device)).session?.state).toBe('ACTIVE')
  })

  it('says in words what came and what was expected, and in German too', async () => {
    const gateway = await openGateway(await open())
    const { client } = await signedIn(gateway)
    const { answer } = await registerKey(client, { origin: 'https://evil.test' })
    expect(answer).toMatchObject({ __typename: 'ProofRejected', code: 'webauthn.origin', attemptsLeft: 0 })
    expect(answer.message).toContain('https://evil.test, expected http://localhost:4000')
    const german = gateway.client({ locales: ['de'], token: client.token ?? '' })
    const refused = await registerKey(german, { up: false })
    expect(refused.answer.message).toMatch(/berühren/)
  })

  it('takes what a browser sends as it is, and names the part that is wrong', async () => {
    const gateway = await openGateway(await open())
    const { client } = await signedIn(gateway)
    const { options, enrollmentId } = await beginKey(client, 'PLATFORM')
    const { response } = create(options)
    const broken = { ...response, response: { ...response.response, attestationObject: 'oA' } }
    const answer = await client.confirmEnrollment({ enrollmentId, proof: { webauthn: broken } })
    expect(answer).toMatchObject({
      __typename: 'InvalidInput',
      path: ['proof', 'webauthn', 'response', 'attestationObject'],
    })
    const right = await client.confirmEnrollment({ enrollmentId, proof: { webauthn: response } })
    expect(right.method?.label).toBe('YubiKey 5')
  })

  it('signs in with nothing but a passkey, which counts as two factors', async () => {
    const gateway = await openGateway(await open())
    const { client } = await signedIn(gateway)
    const { device } = await registerKey(client, { be: true, bs: true })
    await client.finishRegistration()
    const signIn = async (one: Device, quirks: Quirks = {}) => {
      const visitor = gateway.client()
      const begun = await visitor.ask<Begun>(BEGIN)
      const proof = { webauthn: get(one, begun.step.request, { be: true, bs: true, ...quirks }) }
      return visitor.ask<Answer>(SIGN_IN, { input: { token: begun.token, proof } })
    }
    expect((await signIn(device)).session?.state).toBe('ACTIVE')
    expect(await signIn(device, { uv: false })).toMatchObject({ __typename: 'SignInRejected' })
    expect(await signIn({ ...device, userHandle: '' })).toMatchObject({ __typename: 'SignInRejected' })
    const stranger = create({ challenge: 'AAAA', user: { id: 'AAAA' } }).device
    expect(await signIn(stranger)).toMatchObject({ __typename: 'SignInRejected' })
  })
})
