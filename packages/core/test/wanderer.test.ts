import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { uuid } from '../src/storage/sql.ts'
import { key } from './plugins/key.ts'
import { quiz } from './plugins/quiz.ts'
import { beginPin, beginPinEnrollment, must, owner, signedIn } from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { type Forgetful, forgetful, newPassword, resetOf } from './support/resets.ts'
import { query } from './support/rows.ts'
import { type AnyMutation, anyMutations, type Knowledge } from './support/wanderer.ts'

/** A step: which mutation, by which of the thief's clients, and what is decided on the way through its arguments. */
const step = fc.record({
  mutation: fc.nat(),
  client: fc.nat({ max: 3 }),
  choices: fc.array(fc.nat({ max: 1_000_000 }), { minLength: 12, maxLength: 12 }),
})
const walk = fc.array(step, { minLength: 15, maxLength: 30 })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Errors that are meant for clients; all others are a fault of the gateway's. */
const MEANT = ['FORBIDDEN', 'UNAUTHENTICATED', 'BAD_USER_INPUT', 'OVERLOADED']

eachDatabase('Any sequence of mutations', (open, driver) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  let mutations: readonly AnyMutation[]
  let victim: Forgetful
  let ids: readonly string[]
  let reached: Set<string>

  beforeAll(async () => {
    database = await open()
    gateway = await openPhones(database, { plugins: [key(), quiz()] })
    mutations = anyMutations(gateway.securityInfo.schema)
    victim = await forgetful(gateway)
    reached = new Set()
    // What the victim has begun, and all that they have: ids are no secret.
    const { client } = await signedIn(gateway, victim.person)
    const challenge = await beginPin(client)
    const { enrollmentId } = await beginPinEnrollment(victim.client)
    const { methods } = await victim.client.securityInfo()
    await resetOf(gateway.client(), victim.person.identifier)
    ids = [challenge, enrollmentId, ...methods.map(({ id }) => id)]
  })

  /** All of the victim's that nobody else may change. */
  const belongings = async () => {
    const [row] = await query<{ all: string }>(
      database,
      sql`select coalesce(json_agg(x order by x::text)::text, '') as all from (
        select to_jsonb(a) - 'revision' - 'snoozed_until' - 'snoozes_used' as x from security_info.account a where a.user_id = ${uuid(victim.person.userId)}
        union all select to_jsonb(m) from security_info.method m where m.user_id = ${uuid(victim.person.userId)}
        union all select to_jsonb(k) from security_info.unique_key k where k.user_id = ${uuid(victim.person.userId)}
        union all select to_jsonb(d) from security_info.remembered_device d where d.user_id = ${uuid(victim.person.userId)}
        union all select to_jsonb(p) from security_info.access_pass p where p.user_id = ${uuid(victim.person.userId)}
        union all select to_jsonb(r) from security_info.removed_method r where r.user_id = ${uuid(victim.person.userId)}
      ) all_of_it`,
    )
    return must(row).all
  }
  const WHO = '{ viewer { username session { state } } }'
  interface Who {
    readonly username: string
    readonly session: { readonly state: string }
  }
  /** Sessions of the victim's that are more than a password. */
  async function broken(tokens: readonly (string | undefined)[]): Promise<readonly string[]> {
    const found = await Promise.all(
      tokens.map(async (token) => {
        if (!token) return []
        const who = await gateway.client({ token }).ask<Who | null>(WHO)
        const theirs = who?.username === victim.person.identifier
        return theirs && who.session.state !== 'SECOND_FACTOR_REQUIRED' ? [who.session.state] : []
      }),
    )
    return found.flat()
  }

  /** Somebody who knows the victim's password, every id of theirs, and all of their own. */
  async function wander(steps: readonly Step[]): Promise<void> {
    const address = `10.66.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`
    const thief = await owner(gateway)
    const stolen = gateway.client({ address })
    await stolen.signIn(victim.person)
    const pending = gateway.client({ address })
    await pending.signIn(thief.person)
    const clients = [gateway.client({ address }), stolen, thief.client, pending]
    const knows: Knowledge = {
      ids: [...ids],
      tokens: [],
      secrets: [victim.person.password, thief.person.password, thief.pin, '123456', newPassword()],
      words: [victim.person.identifier, thief.person.identifier, 'pin', 'key', 'code', thief.person.userId],
    }
    const before = await belongings()
    for (const { mutation, client, choices } of steps) {
      const at = must(clients[client])
      const doing = must(mutations[mutation % mutations.length])
      let next = 0
      const choose = (options: number) => must(choices[next++ % choices.length]) % options
      const variables = doing.variables(knows, choose)
      const { data, errors } = await at.send(doing.document, variables)
      const faults = errors.filter(({ extensions }) => !MEANT.includes(String(extensions.code)))
      // A value that fits no input is refused before anything happens.
      expect({
        doing: doing.name,
        variables,
        faults: faults.filter(({ path }) => path !== undefined),
      }).toEqual({
        doing: doing.name,
        variables,
        faults: [],
      })
      if (errors.length === 0) reached.add(doing.name)
      doing.learn(knows, data)
      expect(await belongings()).toBe(before)
    }
    expect(await broken([...clients.map(({ token }) => token), ...knows.tokens])).toEqual([])
  }

  it('C7, C8, C9, C13: of somebody who knows a password and every id, none takes or changes what is another’s', async () => {
    const numRuns = driver === 'postgres' ? 40 : 10
    await fc.assert(fc.asyncProperty(walk, wander), { numRuns, endOnFailure: true })
    // It went somewhere: most mutations were really executed.
    expect(reached.size).toBeGreaterThan(mutations.length / 2)
    // And the victim still gets in.
    expect((await (await signedIn(gateway, victim.person)).client.session())?.state).toBe(
      'SECOND_FACTOR_REQUIRED',
    )
  })
})
