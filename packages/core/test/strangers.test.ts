import { eachDatabase, openTestGateway, type TestDatabase, type TestGateway } from '@security-info/testing'
import { beforeAll, expect, it } from 'vitest'
import { key } from './plugins/key.ts'
import { locker } from './plugins/locker.ts'
import { pin } from './plugins/pin.ts'
import { texting } from './plugins/texting.ts'
import { live } from './support/live.ts'
import {
  beginPin,
  beginPinEnrollment,
  granted,
  must,
  type Owner,
  outcomes,
  owner,
  signInFully,
} from './support/people.ts'
import { resetOf, textGate } from './support/resets.ts'
import { belongings } from './support/rows.ts'
import { guardedFields } from './support/walk.ts'

const plugins = [pin(), key(), texting(), locker()]
const unknownId = (type: string) =>
  Buffer.from(`${type}:11111111-2222-4333-8444-555555555555`).toString('base64url')

eachDatabase('What is not yours', (open) => {
  let database: TestDatabase
  let gateway: TestGateway
  let me: Owner
  let other: Owner
  let theirs: Readonly<Record<string, string>>
  let myReset: string

  beforeAll(async () => {
    database = await open({ plugins })
    gateway = await openTestGateway(database, { plugins, policy: { rememberDevices: { days: 30 } } })
    me = await owner(gateway)
    other = await owner(gateway)
    const input = { proof: { pin: { code: other.pin } }, rememberDevice: true }
    granted(await other.client.verifyChallenge({ ...input, challengeId: await beginPin(other.client) }))
    const viewer = await other.client.send('{ viewer { id session { id } devices { id } } }')
    const { id, session, devices } = must(viewer.data).viewer as {
      id: string
      session: { id: string }
      devices: readonly { id: string }[]
    }
    const stranger = gateway.client()
    theirs = {
      Viewer: id,
      Session: session.id,
      RememberedDevice: must(devices[0]).id,
      Method: other.methodId,
      Enrollment: (await beginPinEnrollment(other.client)).enrollmentId,
      Challenge: await beginPin(other.client),
      ResetGate: must(
        (await textGate(stranger, await resetOf(stranger, other.person.identifier), '555')).gate,
      ).id,
    }
    myReset = await resetOf(stranger, me.person.identifier)
  })

  /** Which type an input means, by its name. A new one has to be put here, or the walk fails. */
  const TYPES: Readonly<Record<string, readonly string[]>> = {
    id: ['Viewer', 'Session', 'Method', 'Enrollment', 'Challenge'],
    methodId: ['Method'],
    replaces: ['Method'],
    defaultMethodId: ['Method'],
    enrollmentId: ['Enrollment'],
    challengeId: ['Challenge'],
    sessionId: ['Session'],
    flowId: ['Enrollment', 'Challenge'],
    gateId: ['ResetGate'],
    deviceId: ['RememberedDevice'],
    // Administrators settle everybody's.
    requestId: [],
    token: [],
  }

  /** Every field that takes an id, with every type of id it may mean. */
  function fieldsWithIds() {
    return guardedFields(gateway.securityInfo.schema).flatMap((field) => {
      const names = new Set<string>()
      field.variables((name) => names.add(name) && name)
      const types = [...names].flatMap((name) => must(TYPES[name], `a type for the id "${name}"`))
      return types.map((type) => ({ field, type }))
    })
  }

  it('C13: every mutation and query gives for an id of somebody else what it gives for an unknown one', async () => {
    const before = await belongings(database, other.person.userId)
    const asked: string[] = []
    for (const { field, type } of fieldsWithIds()) {
      // The proof's age is not the matter here.
      const client = await signInFully(gateway, me)
      const ask = async (id: string) => {
        if (field.name.startsWith('Subscription.')) {
          const stream = await live(gateway, client.token, field.document, { id })
          return { data: (await stream.next()) ?? null, errors: stream.errors }
        }
        const { data, errors } = await client.send(
          field.document,
          field.variables((name) => (name === 'token' ? myReset : id)),
        )
        return { data, errors: errors.map(({ message, extensions }) => ({ message, extensions })) }
      }
      const foreign = await ask(must(theirs[type]))
      expect(foreign, `${field.name} of ${type}`).toEqual(await ask(unknownId(type)))
      // Not an answer for want of a proof, which would say nothing of the id.
      expect(JSON.stringify(foreign)).not.toContain('FreshProofRequired')
      expect(JSON.stringify(foreign)).toMatch(/NotFound|FlowEnded|:null/)
      asked.push(field.name)
    }
    expect(new Set(asked)).toEqual(
      new Set([
        'Query.node',
        'Mutation.beginChallenge',
        'Mutation.beginEnrollment',
        'Mutation.confirmEnrollment',
        'Mutation.finishRegistration',
        'Mutation.forgetDevice',
        'Mutation.removeMethod',
        'Mutation.resendCode',
        'Mutation.resendResetCode',
        'Mutation.revokeSession',
        'Mutation.updateMethod',
        'Mutation.verifyChallenge',
        'Mutation.verifyResetGate',
        'Subscription.flowUpdated',
      ]),
    )
    expect(await belongings(database, other.person.userId)).toBe(before)
  })

  it('C13: the right proof for a flow of somebody else is worth nothing', async () => {
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(other.client)
    const before = await belongings(database, other.person.userId)
    const { client } = me
    const attempts = [
      client.confirmEnrollment({ enrollmentId, proof: { pin: { code: fresh } } }),
      client.verifyChallenge({ challengeId: must(theirs.Challenge), proof: { pin: { code: other.pin } } }),
    ]
    expect(await outcomes(attempts)).toEqual(['FlowEnded', 'FlowEnded'])
    expect(await belongings(database, other.person.userId)).toBe(before)
  })

  it('C13: a token that names one person and holds the secret of another opens nothing', async () => {
    const [mine, foreign] = [must(me.client.token), must(other.client.token)].map((token) =>
      Buffer.from(token.slice(3), 'base64url'),
    )
    const forged = Buffer.concat([must(foreign).subarray(0, 16), must(mine).subarray(16)])
    for (const body of [forged, Buffer.alloc(48), must(foreign).subarray(0, 16)]) {
      const client = gateway.client({ token: `si_${body.toString('base64url')}` })
      expect(await client.session()).toBeUndefined()
    }
  })
})
