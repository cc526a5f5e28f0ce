import { randomUUID } from 'node:crypto'
import { Secret, type SecurityInfo } from '@security-info/core'
import { type Answer, createClient } from '@security-info/testing'
import type { Sql } from 'postgres'
import { bareHash } from './bare-hash.ts'

/** Somebody's app password, as their mail program knows it. */
export interface Asked {
  readonly identifier: string
  readonly password: string
}

const EACH = 40

const CREATE = `mutation ($input: AppPasswordCreateInput!) { createAppPassword(input: $input) {
  __typename ... on UserError { code message } ... on AppPasswordCreatePayload { password } } }`

/** People with 40 app passwords each, made by the API as anybody makes them. */
export async function makePeople(
  securityInfo: SecurityInfo,
  sql: Sql,
  people: number,
): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  for (let person = 0; person < people; person++) {
    const identifier = `asked-${randomUUID()}@example.test`
    const secret = randomUUID()
    const made = await securityInfo.accounts.create({
      identifier,
      displayName: 'Somebody',
      password: new Secret(secret),
    })
    if (!made.ok) throw new Error(made.problem)
    const client = createClient(securityInfo)
    await client.signIn({ identifier, password: secret })
    for (let number = 0; number < EACH; number++) {
      const input = { name: `Device ${number}` }
      const { password, code } = await client.ask<Answer & { password?: string }>(CREATE, { input })
      if (password === undefined) throw new Error(`No app password was made: ${code}`)
      asked.push({ identifier, password })
      const characters = password.replaceAll('-', '').slice(4)
      await sql`update security_info.app_password_entry set bare_hash = ${bareHash(made.userId, characters)}
        where user_id = ${made.userId} and selector = ${characters.slice(0, 4)}`
    }
  }
  return asked
}

/** Everybody else: rows alone, for nobody asks for them. Their hashes are of the right length. */
export async function fillUp(sql: Sql, upTo: number): Promise<number> {
  const [now] = await sql<{ n: number }[]>`select count(*)::int as n from security_info.app_password_entry`
  const people = Math.ceil((upTo - (now?.n ?? 0)) / EACH)
  await sql`create table public.filling as select gen_random_uuid() as user_id, n from generate_series(1, ${people}::int) n`
  await sql`insert into security_info.account (user_id, identifier, display_name)
    select user_id, 'filled-' || n || '@example.test', 'Somebody' from public.filling`
  await sql`insert into security_info.unique_key (scope, value, user_id)
    select 'identifier', 'filled-' || n || '@example.test', user_id from public.filling`
  await sql`insert into security_info.app_password_entry (user_id, id, selector, hash, bare_hash, name, scopes)
    select user_id, gen_random_uuid(), lpad(to_hex(k), 4, '0'), h, h, 'Device ' || k, '{imap,smtp,dav}'
    from public.filling, generate_series(1, ${EACH}::int) k,
      lateral (select encode(sha256((user_id::text || k)::bytea), 'base64') as h) hashed`
  await sql`vacuum analyze security_info.app_password_entry`
  await sql`vacuum analyze security_info.account`
  await sql`vacuum analyze security_info.unique_key`
  const [full] = await sql<{ n: number }[]>`select count(*)::int as n from security_info.app_password_entry`
  return full?.n ?? 0
}
