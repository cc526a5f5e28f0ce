/** M13: the database can write nothing more. */
import { type Database, Secret, type SecurityInfo } from '@security-info/core'
import { type Client, createClient } from '@security-info/testing'
import { sql } from 'drizzle-orm'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../src/databases.ts'
import { createGateway, type Gateway } from '../src/gateway.ts'
import type { LogEntry } from '../src/log.ts'
import { publicUrl, securityInfoOn } from './support/own-gateway.ts'
import { createServer, type OwnServer } from './support/own-server.ts'

const ada = { identifier: 'ada@example.org', password: 'a kettle of unripe mangoes' }
const logged: LogEntry[] = []

let server: OwnServer
let database: Database
let securityInfo: SecurityInfo
let gateway: Gateway
beforeAll(async () => {
  server = await createServer()
  // A segment of the write-ahead log, which has 16 MiB from the beginning, fits; a table that has reached the limit can't grow.
  await server.start({ largestFileKb: 20_000, settings: { autovacuum: 'off' } })
  database = await openDatabase({ url: server.url })
  securityInfo = await securityInfoOn(database)
  gateway = createGateway({ securityInfo, publicUrl, log: (entry) => void logged.push(entry) })
  await securityInfo.accounts.create({ ...ada, displayName: 'Ada', password: new Secret(ada.password) })
})
afterAll(async () => {
  await securityInfo?.stop()
  await database?.close()
  await server?.close()
})

/** Fills the table that every change writes to, by fewer and fewer rows, until the server says that its file can't grow. */
async function fill(): Promise<void> {
  const filled = async (rows: number): Promise<boolean> => {
    try {
      await database.db.execute(sql`insert into security_info.audit_event (user_id, type, request_id, detail)
        select gen_random_uuid(), 'filler', '', '{}' from generate_series(1, ${rows}::int)`)
      return false
    } catch (error) {
      if (String((error as Error).cause).includes('could not extend file')) return true
      throw error
    }
  }
  for (const rows of [5000, 100, 1]) {
    let batches = 0
    while (!(await filled(rows))) if (batches++ > 5000) throw new Error('The table never reached the limit.')
  }
}
async function makeRoom(): Promise<void> {
  await database.db.execute(sql`delete from security_info.audit_event where type = 'filler'`)
  await database.db.execute(sql`vacuum security_info.audit_event`)
}

/** A request over the edge, as a client sends it: an answer's status and first error. */
async function refusal(query: string, input: object, token?: string) {
  const headers = { host: publicUrl.host, 'content-type': 'application/json' }
  const request = new Request(new URL('/graphql', publicUrl), {
    method: 'POST',
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { errors } = (await (await gateway.fetch(request)).json()) as {
    errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
  }
  return errors?.[0]
}

async function counts(): Promise<unknown> {
  return database.db.execute(sql`select (select count(*) from security_info.session) as sessions,
    (select json_agg(to_jsonb(m)) from security_info.method m) as methods,
    (select json_agg(to_jsonb(a)) from security_info.account a) as accounts,
    (select count(*) from security_info.flow where consumed_at is not null) as spent`)
}

async function enrolled(client: Client): Promise<string> {
  const begun = await client.beginEnrollment({ method: { totp: {} } }, '... on TotpSetup { manualKey }')
  const secret = String(begun.enrollment?.step.manualKey).replaceAll(' ', '')
  await client.confirmEnrollment({
    enrollmentId: begun.enrollment?.id,
    proof: { totp: { code: code(secret, 0) } },
  })
  await client.finishRegistration()
  return secret
}
const code = (secret: string, steps: number) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 })

it('M13: nothing is done by half while the disk is full, and all goes on when there is room', async () => {
  const first = createClient(securityInfo)
  await first.signIn(ada)
  const secret = await enrolled(first)
  const client = createClient(securityInfo)
  await client.signIn(ada)
  const challengeId = (await client.beginChallenge()).challenge?.id
  const proof = () => ({ challengeId, proof: { totp: { code: code(secret, 1) } } })

  await fill()
  const before = await counts()
  const went = {
    message: expect.stringContaining('went wrong on our side'),
    extensions: { code: 'INTERNAL' },
  }
  const signIn = 'mutation M($input: SignInInput!) { signIn(input: $input) { __typename } }'
  const verify = 'mutation M($input: VerifyChallengeInput!) { verifyChallenge(input: $input) { __typename } }'
  expect(await refusal(signIn, ada)).toMatchObject(went)
  expect(await refusal(verify, proof(), client.token)).toMatchObject(went)
  const another = { identifier: 'bob@example.org', displayName: 'Bob', password: new Secret(ada.password) }
  await expect(securityInfo.accounts.create(another)).rejects.toThrow('Failed query')
  expect(await counts()).toEqual(before)
  expect((await client.session())?.state).toBe('SECOND_FACTOR_REQUIRED')
  expect(logged.length).toBeGreaterThanOrEqual(2)
  expect(JSON.stringify(logged)).not.toContain(ada.password)

  await makeRoom()
  expect((await client.verifyChallenge(proof())).__typename).toBe('VerifyChallengePayload')
  expect((await client.session())?.state).toBe('ACTIVE')
  expect((await securityInfo.accounts.create(another)).ok).toBe(true)
})
