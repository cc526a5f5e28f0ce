import { type Client, eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { access, ConfigurationFault, definePlugin, PLUGIN_API } from '../src/index.ts'
import { key } from './plugins/key.ts'
import { locker } from './plugins/locker.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'
import { texting } from './plugins/texting.ts'
import { administrator } from './support/admins.ts'
import { live } from './support/live.ts'
import { type Owner, owner, signedIn } from './support/people.ts'
import { construct } from './support/start.ts'
import { type GuardedField, guardedFields } from './support/walk.ts'

const plugins = [pin(), key(), mail(), push(), texting(), locker()]
const anyId = () => Buffer.from('Session:11111111-2222-3333-4444-555555555555').toString('base64url')

eachDatabase('The whole schema', (open) => {
  let gateway: TestGateway
  let fields: readonly GuardedField[]
  let someone: Owner

  beforeAll(async () => {
    gateway = await openTestGateway(await open({ plugins }), { plugins })
    fields = guardedFields(gateway.securityInfo.schema)
    someone = await owner(gateway)
  })

  /** What a field gives; of a subscription, its first event. */
  async function asked(client: Client, { name, document, variables }: GuardedField) {
    if (!name.startsWith('Subscription.')) return client.send(document, variables(anyId))
    const stream = await live(gateway, client.token, document, variables(anyId))
    const data = { event: (await stream.next()) ?? null }
    await stream.close()
    return { data, errors: stream.errors }
  }

  /** Asks for every field, and gives the names of those that were not refused. */
  async function openTo(session: (at: number) => Promise<Client>): Promise<readonly string[]> {
    const names: string[] = []
    let client: Client | undefined
    for (const [at, field] of fields.entries()) {
      client ??= await session(at)
      const { data, errors } = await asked(client, field)
      const refused = errors.some(({ extensions }) =>
        ['FORBIDDEN', 'UNAUTHENTICATED'].includes(String(extensions.code)),
      )
      // What is refused gives nothing, and what is not is really executed: an error of validation would prove nothing.
      const seen = Object.values(data ?? {}).filter((value) => value !== null)
      expect({ field, amiss: refused ? seen : errors }).toEqual({ field, amiss: [] })
      if (refused) continue
      names.push(field.name)
      // It may have changed the session.
      if (field.name.startsWith('Mutation.')) client = undefined
    }
    return names
  }
  const declared = (...levels: readonly string[]) =>
    fields.filter((field) => levels.includes(field.access)).map((field) => field.name)

  it('C8: without a session, only what is public answers', async () => {
    const names = await openTo(async () => gateway.client())
    // `viewer` is null then, so its fields are not asked at all.
    expect(names.filter((name) => !name.startsWith('Viewer.'))).toEqual(declared('public'))
    expect(declared('public').toSorted()).toEqual([
      'Mutation.askAdministrator',
      'Mutation.beginResetGate',
      'Mutation.completePasswordReset',
      'Mutation.redeemAccessPass',
      'Mutation.resendResetCode',
      'Mutation.signIn',
      // All others of a reset need the token that this one gives.
      'Mutation.startPasswordReset',
      // The link in a notice is itself the proof.
      'Mutation.undoChange',
      'Mutation.unlockAccount',
      'Mutation.verifyResetGate',
      'Query.gateway',
      'Query.viewer',
    ])
  })

  it('C8: with a session that owes a second factor, only what proves and leaves', async () => {
    const names = await openTo(async (at) => {
      const address = `10.6.${at >> 8}.${at % 256}`
      return (await signedIn(gateway, someone.person, { address })).client
    })
    expect(names).toEqual(declared('public', 'session'))
    // Listed, so that a new one has to be thought about.
    expect(declared('session').toSorted()).toEqual([
      'Mutation.beginChallenge',
      'Mutation.resendCode',
      'Mutation.signOut',
      'Mutation.verifyChallenge',
      'Query.node',
      'Subscription.flowUpdated',
      'Viewer.displayName',
      'Viewer.id',
      'Viewer.session',
      'Viewer.username',
    ])
  })

  it('C8: with a session that owes registration, only what registers', async () => {
    const names = await openTo(async () => (await signedIn(gateway)).client)
    expect(names).toEqual(declared('public', 'session', 'register'))
    expect(declared('register')).not.toContain('Query.lockerSecret')
  })

  it('C8: with a full session, everything but what administrators do', async () => {
    const names = await openTo(async () => (await owner(gateway)).client)
    expect(names).toEqual(declared('public', 'session', 'register', 'active'))
    expect(names).toContain('Query.lockerSecret')
    expect(declared('administrator').toSorted()).toEqual([
      'Admin.helpRequests',
      'Mutation.issueAccessPass',
      'Mutation.revokeAccessPass',
      'Mutation.settleHelpRequest',
      'Query.admin',
    ])
  })

  it("C8: with an administrator's session, everything; but only a full one is an administrator's", async () => {
    const admins = await administrator(gateway)
    const names = await openTo(async () => {
      const admin = await administrator(gateway)
      return admin.client
    })
    expect(names).toEqual(fields.map((field) => field.name))
    const half = await openTo(async (at) => {
      const address = `10.7.${at >> 8}.${at % 256}`
      return (await signedIn(gateway, admins.person, { address })).client
    })
    expect(half).toEqual(declared('public', 'session'))
  })

  it('C8: a registered method is not readable by its id before the second factor', async () => {
    const { client } = await signedIn(gateway, someone.person)
    const { data, errors } = await client.send('query($id: ID!) { node(id: $id) { __typename id } }', {
      id: someone.methodId,
    })
    expect(data).toEqual({ node: null })
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('C8: a subscription does not begin for whoever may not see its events', async () => {
    let begun = 0
    const ticker = definePlugin({
      id: 'ticker',
      api: PLUGIN_API,
      schema({ builder }) {
        builder.subscriptionField('ticks', (t) =>
          t.int({
            description: 'Ticks.',
            extensions: access('active'),
            subscribe: async function* () {
              begun++
              yield 1
            },
            resolve: () => 1,
          }),
        )
      },
    })
    const ticking = await openTestGateway(gateway.database, { plugins: [pin(), ticker] })
    const ticks = (token?: string) => live(ticking, token, 'subscription { ticks }')
    const full = await owner(ticking)
    expect(await (await ticks(full.client.token)).next()).toBe(1)
    const pending = await signedIn(ticking, full.person)
    for (const token of [undefined, pending.client.token]) {
      expect((await ticks(token)).errors).toHaveLength(1)
    }
    expect(begun).toBe(1)
  })

  it('C8: a refusal in front does not open what follows in the same document', async () => {
    const { client } = await signedIn(gateway, someone.person)
    const { data, errors } = await client.send(
      '{ a: lockerSecret b: lockerSecret viewer { securityInfo { __typename } } }',
    )
    expect(JSON.stringify(data)).not.toContain('sesame')
    expect(errors.length).toBeGreaterThan(0)
  })
})

describe('A plugin whose root field does not say who may use it', () => {
  const start = (root: 'query' | 'mutation' | 'subscription') =>
    construct([
      pin(),
      definePlugin({
        id: 'careless',
        api: PLUGIN_API,
        schema({ builder }) {
          const field = { description: 'Open to all?', resolve: () => 'yes' }
          if (root === 'query') builder.queryField('careless', (t) => t.string(field))
          if (root === 'mutation') builder.mutationField('careless', (t) => t.string(field))
          if (root === 'subscription') {
            const subscribe = async function* () {
              yield 'yes'
            }
            builder.subscriptionField('careless', (t) => t.string({ ...field, subscribe }))
          }
        },
      }),
    ])

  it.each(['query', 'mutation', 'subscription'] as const)('C8: stops the start (%s)', (root) => {
    expect(() => start(root)).toThrow(ConfigurationFault)
    expect(() => start(root)).toThrow(/careless: the field does not say who may use it/)
  })
})
