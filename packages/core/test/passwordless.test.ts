import { type Client, eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { type KeyInHand, key, keyAnswer, newKey } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { enrollKey, granted, must, outcomes, signedIn, tally } from './support/people.ts'
import { count, eventCounts } from './support/rows.ts'

const BEGIN = `mutation { beginPasskeySignIn { __typename ... on UserError { code }
  ... on BeginPasskeySignInPayload { token expiresAt step { __typename ... on KeyPrompt { nonce } } } } }`
const FINISH = `mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { __typename
  ... on UserError { code } ... on SignInPayload { token session { state proofs { kind way } } } } }`

interface Begun {
  readonly token: string
  readonly step: { readonly nonce: string }
}
interface Answer {
  readonly __typename: string
  readonly code?: string
  readonly session?: { readonly state: string; readonly proofs: readonly unknown[] }
}

const plugins = [key({ passwordless: true }), mail()]
const begin = (client: Client) => client.ask<Begun>(BEGIN)
const proofOf = ({ credential, secret }: KeyInHand, { step }: Begun, more: object = {}) => ({
  credential,
  answer: keyAnswer(secret, step.nonce),
  ...more,
})
const finish = (client: Client, token: string, proof: object) =>
  client.ask<Answer>(FINISH, { input: { token, proof: { key: proof } } })

/** Somebody with a key, who has signed out. */
async function keyOwner(gateway: TestGateway, name: string) {
  const { person, client } = await signedIn(gateway, await gateway.person({ contactEmail: 'o@example.test' }))
  const device = newKey(name)
  granted(await enrollKey(client, device))
  await client.signOut()
  return { person, device }
}

eachDatabase('Sign-in with a passkey', (open) => {
  test('gives a full session without a name or password', async () => {
    const gateway = await openTestGateway(await open(), { plugins })
    const { person, device } = await keyOwner(gateway, 'one')
    const client = gateway.client()
    const begun = await begin(client)
    const answer = await finish(client, begun.token, proofOf(device, begun))
    expect(answer).toMatchObject({ session: { state: 'ACTIVE', proofs: [{ kind: 'key', way: 'touch' }] } })
    expect((await eventCounts(gateway.database, person.userId))['signIn.succeeded']).toBe(2)
  })

  test('refuses alike what is unknown, foreign, forged, unverified, a copy, spent or expired', async () => {
    const gateway = await openTestGateway(await open(), { plugins })
    const { person, device } = await keyOwner(gateway, 'one')
    const other = await keyOwner(gateway, 'two')
    const client = gateway.client()
    const rejected = { __typename: 'SignInRejected', code: 'signIn.passkeyRejected' }
    const attempt = async (proof: (begun: Begun) => object, token?: string) => {
      const begun = await begin(client)
      return finish(client, token ?? begun.token, proof(begun))
    }
    expect(await attempt((begun) => proofOf(newKey('nobody'), begun))).toEqual(rejected)
    expect(await attempt((begun) => ({ ...proofOf(other.device, begun), credential: 'one' }))).toEqual(
      rejected,
    )
    expect(await attempt((begun) => ({ ...proofOf(device, begun), answer: 'forged' }))).toEqual(rejected)
    expect(await attempt((begun) => proofOf(device, begun, { unverified: true }))).toEqual(rejected)
    expect(await attempt((begun) => proofOf(device, begun, { copied: true }))).toEqual(rejected)
    expect(await attempt((begun) => proofOf(device, begun), 'sf_no-token')).toEqual(rejected)
    const spent = await begin(client)
    await finish(client, spent.token, { answer: 'wrong', credential: 'one' })
    expect(
      await finish(client, spent.token, proofOf(device, spent)),
      'C6: burned by its first proof',
    ).toEqual(rejected)
    const late = await begin(client)
    await gateway.database.clock.advance(301_000)
    expect(await finish(client, late.token, proofOf(device, late))).toEqual(rejected)
    expect(await count(gateway.database, sql`select count(*) from security_info.session`)).toBe(0)
    // M12: a copy is told of, and locks nothing.
    await gateway.deliver()
    const [notice] = gateway.messages.filter(({ subject }) => subject.includes('copied'))
    expect(notice?.to).toBe('o@example.test')
    expect((await eventCounts(gateway.database, person.userId))['signIn.failed']).toBe(5)
    expect(await attempt((begun) => proofOf(device, begun))).toMatchObject({ session: { state: 'ACTIVE' } })
  })

  test('ends with the method, the account and the policy', async () => {
    const database = await open()
    const gateway = await openTestGateway(database, { plugins })
    const { person, device } = await keyOwner(gateway, 'one')
    const client = gateway.client()
    const begun = await begin(client)
    await database.db.execute(
      sql`update security_info.account set status = 'DISABLED' where user_id = ${person.userId}`,
    )
    expect((await finish(client, begun.token, proofOf(device, begun))).code).toBe('signIn.passkeyRejected')
    await database.db.execute(sql`update security_info.account set status = 'ACTIVE'`)
    await database.db.execute(sql`update security_info.method set state = 'DISABLED'`)
    const again = await begin(client)
    expect((await finish(client, again.token, proofOf(device, again))).code).toBe('signIn.passkeyRejected')
    const policy = {
      methods: { key: { allowedFor: [] } },
      twoFactor: 'off',
      registration: { required: { TWO_FACTOR: 0 } },
    }
    const strict = await openTestGateway(database, { plugins, policy })
    expect(await begin(strict.client())).toMatchObject({
      __typename: 'PolicyDenied',
      code: 'policy.kindNotAllowed',
    })
  })

  test('C5: 50 parallel proofs of one sign-in open one session', async () => {
    const gateway = await openTestGateway(await open(), { plugins })
    const { device } = await keyOwner(gateway, 'one')
    const client = gateway.client()
    const begun = await begin(client)
    const proof = proofOf(device, begun)
    const answers = Array.from({ length: 50 }, () => finish(gateway.client(), begun.token, proof))
    expect(tally(await outcomes(answers as never))).toEqual({ SignInPayload: 1, SignInRejected: 49 })
    expect(must(await count(gateway.database, sql`select count(*) from security_info.session`))).toBe(1)
  })
})
