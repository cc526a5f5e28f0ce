import { definePlugin, PLUGIN_API, type Plugin, rows } from '@security-info/core'
import { totp } from '@security-info/method-totp'
import {
  type Client,
  openTestGateway,
  type Person,
  type TestDatabase,
  type TestGateway,
} from '@security-info/testing'
import { type SQL, sql } from 'drizzle-orm'
import { type AppPasswordOptions, appPassword } from '../src/index.ts'
import { made } from './documents.ts'

/** The keys of two servers that may ask. */
export const MAIL_KEY = 'mail-server-key-0123456789abcdef'
export const FILES_KEY = 'file-server-key-0123456789abcdef'

export const services: AppPasswordOptions['services'] = [
  { name: 'mail', key: MAIL_KEY, scopes: ['imap', 'smtp'] },
  { name: 'files', key: FILES_KEY, scopes: ['dav'] },
]

/** Carries notices, so that there is something to read. */
const letters = (): Plugin => definePlugin({ id: 'letters', api: PLUGIN_API, channels: [{ id: 'email' }] })

/** A policy with app passwords, and without a demand for anything else. */
export function policyOf(section: object = {}, rest: object = {}): object {
  return { twoFactor: 'whenRegistered', ...rest, methods: { appPassword: { allowed: true, ...section } } }
}

export interface World extends TestGateway {
  /** Puts another policy in force, as the configuration file would. */
  decree(section: object, rest?: object): Promise<void>
  /** Somebody new, signed in. */
  somebody(): Promise<Somebody>
  /** Asks what a server asks. */
  check(question: Question): Promise<Response>
  /** The statuses of many at once. */
  statuses(questions: readonly Question[]): Promise<readonly number[]>
  events(userId: string): Promise<readonly Event[]>
}

export interface Somebody {
  readonly person: Person
  readonly client: Client
}

interface Event {
  readonly type: string
  readonly detail: Readonly<Record<string, string>>
}

export interface Question {
  readonly username: string
  readonly password: string
  readonly scope?: string
  readonly address?: string
  readonly client?: string
  readonly key?: string
}

export async function openWorld(
  database: TestDatabase,
  section: object = {},
  more: { readonly plugins?: readonly Plugin[]; readonly policy?: object } = {},
): Promise<World> {
  const plugins = [totp(), appPassword({ services: services ?? [] }), letters(), ...(more.plugins ?? [])]
  const gateway = await openTestGateway(database, { plugins, policy: policyOf(section, more.policy) })
  const world: World = {
    ...gateway,
    async decree(other, rest = more.policy) {
      await openTestGateway(database, { plugins, policy: policyOf(other, rest) })
    },
    async somebody() {
      const person = await gateway.person({ contactEmail: 'owner@example.test' })
      const client = gateway.client()
      await client.signIn(person)
      return { person, client }
    },
    check: (question) => ask(gateway, basic(question)),
    statuses: (questions) =>
      Promise.all(questions.map(async (question) => (await world.check(question)).status)),
    events: (userId) =>
      rows<Event>(
        database.db,
        sql`select type, detail from security_info.audit_event where user_id = ${userId}::uuid order by at, type`,
      ),
  }
  return world
}

/** HTTP Basic, as nginx passes it on. */
export function basic(question: Question): Request {
  const { username, password, scope = 'imap', address = '203.0.113.7', client, key = MAIL_KEY } = question
  const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
  return new Request(`http://localhost:4000/check/basic?scope=${scope}`, {
    headers: {
      authorization: `Basic ${pair}`,
      'x-service-key': key,
      ...(address && { 'x-client-address': address }),
      ...(client && { 'x-client-name': client }),
    },
  })
}

/** What Dovecot's Lua sends. */
export function json(body: unknown, key = MAIL_KEY): Request {
  return new Request('http://localhost:4000/check/basic', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-service-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** Any request to the check, without a socket. */
export async function ask(
  { securityInfo }: Pick<TestGateway, 'securityInfo'>,
  request: Request,
): Promise<Response> {
  const path = new URL(request.url).pathname
  const route = securityInfo.routes.find((one) => one.path === path && one.method === request.method)
  if (!route) throw new Error(`There is no route ${request.method} ${path}.`)
  return route.handle(request, { clientAddress: '127.0.0.1' })
}

export function one<Row extends object>(database: TestDatabase, statement: SQL): Promise<Row | undefined> {
  return rows<Row>(database.db, statement).then(([row]) => row)
}

/** Somebody with one app password, and the question that is answered with yes. */
export async function opened(world: World, input: object = {}) {
  const { person, client } = await world.somebody()
  const { password, appPassword } = await made(client, input)
  return { person, client, appPassword, right: { username: person.identifier, password } }
}
