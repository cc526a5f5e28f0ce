import { eachDatabase, type TestDatabase } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { Secret } from '../src/index.ts'
import { uuid } from '../src/storage/sql.ts'
import { noticesOf, undoTokenIn } from './support/notices.ts'
import {
  answerPin,
  beginPin,
  enrollPin,
  granted,
  insideOf,
  type Owner,
  owner,
  signInFully,
  wrong,
} from './support/people.ts'
import { openPhones, type PhoneGateway } from './support/phones.ts'
import { belongings } from './support/rows.ts'

interface Change {
  readonly name: string
  readonly type: string
  /** What has to be there before it. */
  readonly prepare?: (someone: Owner) => Promise<unknown>
  readonly make: (someone: Owner, prepared: unknown) => Promise<unknown>
}

eachDatabase('Every change', (open) => {
  let database: TestDatabase
  let gateway: PhoneGateway
  beforeAll(async () => {
    database = await open()
    gateway = await openPhones(database)
  })
  const setFailures = (userId: string, failures: number) =>
    database.db.execute(
      sql`update security_info.method set failures = ${failures} where user_id = ${uuid(userId)}`,
    )
  const setBudget = (userId: string, ledger: string, failures: number) =>
    database.db.execute(
      sql`insert into security_info.budget (user_id, ledger, failures, updated_at)
        values (${uuid(userId)}, ${ledger}, ${failures}, security_info.now())
        on conflict (user_id, ledger) do update set failures = ${failures}, locked_until = null`,
    )
  const added = async ({ client }: Owner) => (await enrollPin(client)).methodId

  const changes: readonly Change[] = [
    { name: 'adding a method', type: 'method.enrolled', make: ({ client }) => enrollPin(client) },
    {
      name: 'replacing a method',
      type: 'method.replaced',
      make: ({ client, methodId }) => enrollPin(client, { replaces: methodId }),
    },
    {
      name: 'removing a method',
      type: 'method.removed',
      prepare: added,
      make: async ({ client }, id) => granted(await client.removeMethod(String(id))),
    },
    {
      name: 'another default method',
      type: 'default.changed',
      prepare: added,
      make: async ({ client }, id) => granted(await client.updateMethod({ methodId: id, makeDefault: true })),
    },
    {
      name: 'another default method, with Done',
      type: 'default.changed',
      prepare: added,
      make: async ({ client }, id) => granted(await client.finishRegistration({ defaultMethodId: id })),
    },
    {
      name: 'the hundredth wrong proof in a row',
      type: 'method.disabled',
      prepare: async ({ client, person }) => {
        await setFailures(person.userId, 99)
        return beginPin(client)
      },
      make: ({ client, pin }, id) => answerPin(client, String(id), wrong(pin)),
    },
    {
      name: 'the tenth wrong proof',
      type: 'account.locked',
      prepare: async ({ client, person }) => {
        await setBudget(person.userId, 'guess', 9)
        return beginPin(client)
      },
      make: ({ client, pin }, id) => answerPin(client, String(id), wrong(pin)),
    },
    {
      name: 'the hundredth wrong password at sign-in',
      type: 'account.locked',
      prepare: ({ person }) => setBudget(person.userId, 'password', 99),
      make: ({ person }) => gateway.client().signIn({ ...person, password: 'wrong' }),
    },
    {
      name: 'the hundredth wrong password at a fresh proof',
      type: 'account.locked',
      prepare: ({ person }) => setBudget(person.userId, 'password', 99),
      make: ({ client }) => client.reauthenticate('wrong'),
    },
    {
      name: "an operator's new password",
      type: 'account.passwordSet',
      make: ({ person: { identifier } }) =>
        gateway.securityInfo.accounts.setPassword({
          identifier,
          password: new Secret('a whole new sentence'),
        }),
    },
    {
      name: '"This wasn\'t me"',
      type: 'notice.undone',
      prepare: async ({ person }) => {
        await database.db.execute(sql`update security_info.account set contact_email = ${`${person.userId}@example.test`}
          where user_id = ${uuid(person.userId)}`)
        await gateway.deliver()
        return undoTokenIn(gateway, `${person.userId}@example.test`, 'was added')
      },
      make: async (_someone, token) => granted(await gateway.client().undoChange(String(token))),
    },
  ]

  it.each(changes)('H23: $name writes one notice, and only that one', async ({ type, prepare, make }) => {
    const someone = await owner(gateway)
    const prepared = await prepare?.(someone)
    const before = await noticesOf(database, someone.person.userId)
    await make(someone, prepared)
    const after = await noticesOf(database, someone.person.userId)
    expect(after.slice(before.length)).toEqual([type])
  })

  it.each(changes)(
    'H23: $name does not happen where its notice can not be written',
    async ({ prepare, make }) => {
      const someone = await owner(gateway)
      const prepared = await prepare?.(someone)
      const before = await belongings(database, someone.person.userId)
      await database.db.execute(
        sql`alter table security_info.notice add constraint no_notice check (false) not valid`,
      )
      try {
        await expect(make(someone, prepared)).rejects.toThrow(/Failed query/)
      } finally {
        await database.db.execute(sql`alter table security_info.notice drop constraint no_notice`)
      }
      // An attempt that was paid for stays paid, and a begun flow begun.
      const without = (all: string) => (JSON.parse(all) as { t: string }[]).filter(({ t }) => t !== 'flow')
      expect(without(await belongings(database, someone.person.userId))).toEqual(without(before))
    },
  )

  it.each([
    [
      'a new name',
      async ({ client, methodId }: Owner) => client.updateMethod({ methodId, label: 'New name' }),
    ],
    [
      'the same default again',
      async ({ client, methodId }: Owner) => client.updateMethod({ methodId, makeDefault: true }),
    ],
    ['Done', async ({ client }: Owner) => client.finishRegistration()],
    ['signing in', async (someone: Owner) => signInFully(gateway, someone)],
    [
      'a wrong proof',
      async ({ client, pin }: Owner) => answerPin(client, await beginPin(client), wrong(pin)),
    ],
    ['a begun enrolment', async ({ client }: Owner) => client.beginEnrollment({ method: { pin: {} } })],
    ['a refused change', async ({ client, methodId }: Owner) => client.removeMethod(methodId)],
    ['a stale link', async () => gateway.client().undoChange(`su_${'A'.repeat(64)}`)],
  ] as const)('H23: %s tells nobody', async (_name, make) => {
    const someone = await owner(gateway)
    const before = await noticesOf(database, someone.person.userId)
    await make(someone)
    expect(await noticesOf(database, someone.person.userId)).toEqual(before)
  })

  it('H3: attempts on an account that does not exist tell nobody', async () => {
    const identifier = 'nobody-at-all@example.test'
    for (let times = 0; times < 10; times++) await gateway.client().signIn({ identifier, password: 'wrong' })
    const phantoms = await database.db.execute(sql`select n.user_id from security_info.notice n
      where not exists (select from security_info.account a where a.user_id = n.user_id)`)
    expect(JSON.stringify(phantoms)).not.toContain('user_id":')
  })

  it('H23: of changes that race, each that was made is told of once', async () => {
    const someone = await owner(gateway)
    const { userId } = someone.person
    const clients = await Promise.all(Array.from({ length: 5 }, () => signInFully(gateway, someone)))
    await Promise.allSettled(clients.map((client) => enrollPin(client)))
    await Promise.allSettled(clients.map((client) => client.removeMethod(someone.methodId)))
    const types = await noticesOf(database, userId)
    const [events] = [
      await database.db.execute(sql`select type from security_info.audit_event where user_id = ${uuid(userId)}
        and type in ('method.enrolled', 'method.removed')`),
    ]
    const audited = (Array.isArray(events) ? events : (events as { rows: unknown[] }).rows) as {
      type: string
    }[]
    const told = types.filter((type) => type.startsWith('method.'))
    expect(told.toSorted()).toEqual(audited.map(({ type }) => type).toSorted())
    expect(told.length).toBeGreaterThan(1)
    expect(insideOf(someone.methodId)).toMatch(/-/)
  })
})
