/** Two production processes on one database, behind one public name, and a client of each. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { generateKey } from '@security-info/core'
import { freePort, openTestDatabase, type TestDatabase } from '@security-info/testing'
import { type FakeTwilio, startFakeTwilio } from '@security-info/testing/twilio'
import { commandLine } from './command-line.ts'
import { start } from './process.ts'

/** What a field answered, or the code of the error that took its place. */
export interface Reply {
  readonly __typename: string
  readonly code?: string
  readonly attemptsLeft?: number
  readonly token?: string
  readonly session?: { readonly state: string }
  readonly enrollment?: { readonly id: string; readonly step: { readonly manualKey?: string } }
  readonly method?: { readonly id: string }
  readonly challenge?: { readonly id: string }
}

/** Sends one operation with one field. */
type Ask = (query: string, input: object, token?: string) => Promise<Reply>

export interface TwoProcesses {
  /** Ask the one and the other; `nodes[n % 2]` takes turns. */
  readonly nodes: readonly [Ask, Ask]
  readonly database: TestDatabase
  readonly twilio: FakeTwilio
  /** Makes somebody with this password. */
  person(identifier: string, password: string): Promise<void>
  close(): Promise<void>
}

const PUBLIC = 'id.example.org'
const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-account-token' }

export async function startTwoProcesses(): Promise<TwoProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'security-info-two-'))
  const database = await openTestDatabase('postgres')
  const twilio = await startFakeTwilio(account)
  const config = join(folder, 'security-info.config.json')
  const sender = { ...account, authToken: { env: 'TWILIO_AUTH_TOKEN' }, from: '+15005550006' }
  const methods = { totp: {}, phone: { twilio: { ...sender, baseUrl: twilio.baseUrl } } }
  await writeFile(config, JSON.stringify({ organisation: { name: 'Example' }, methods, policy: {} }))
  const env = {
    DATABASE_URL: database.url ?? '',
    SECURITY_INFO_KEYS: generateKey('2026-01'),
    SECURITY_INFO_PUBLIC_URL: `https://${PUBLIC}`,
    SECURITY_INFO_CONFIG: config,
    TWILIO_AUTH_TOKEN: account.authToken,
  }
  const cli = commandLine(() => env)
  const command = async (args: readonly string[], input = '') => {
    const { ok, output } = await cli(args, { input })
    if (!ok) throw new Error(output)
  }
  await command(['migrate'])
  const agent = new Agent({ keepAlive: true })
  const startOne = async (): Promise<Ask> => {
    const port = await freePort()
    const main = start('main', { cwd: folder, env: { ...env, PORT: String(port) } })
    await main.printed('Serving')
    return askAt(port, agent)
  }
  return {
    nodes: await Promise.all([startOne(), startOne()]),
    database,
    twilio,
    person: (identifier, password) => command(['user', 'create', identifier, '--password-stdin'], password),
    async close() {
      agent.destroy()
      await Promise.all([twilio.close(), database.close()])
      await rm(folder, { recursive: true })
    },
  }
}

function askAt(port: number, agent: Agent): Ask {
  return async (query, input, token) => {
    const headers = {
      host: PUBLIC,
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const answer = await new Promise<string>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers }
      const sent = request(options, (response) => void text(response).then(resolve, reject))
      sent.on('error', reject).end(JSON.stringify({ query, variables: { input } }))
    })
    const { data, errors } = JSON.parse(answer) as {
      data?: Readonly<Record<string, Reply>>
      errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
    }
    const [error] = errors ?? []
    const [reply] = Object.values(data ?? {})
    return reply ?? { __typename: error?.extensions.code ?? 'nothing', code: error?.message ?? '' }
  }
}

const mutation = (name: string, payload: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}`
  return `mutation ($input: ${type}Input!) {
    ${name}(input: $input) { __typename ... on UserError { code message } ${payload} } }`
}

/** The operations that a race is made of. */
export const operations = {
  signIn: mutation('signIn', '... on SignInPayload { token session { state } }'),
  beginEnrollment: mutation(
    'beginEnrollment',
    '... on BeginEnrollmentPayload { enrollment { id step { ... on TotpSetup { manualKey } } } }',
  ),
  confirmEnrollment: mutation('confirmEnrollment', '... on ConfirmEnrollmentPayload { token method { id } }'),
  finishRegistration: mutation('finishRegistration', '... on FinishRegistrationPayload { token }'),
  beginChallenge: mutation('beginChallenge', '... on BeginChallengePayload { challenge { id } }'),
  resendCode: mutation('resendCode', ''),
  verifyChallenge: mutation(
    'verifyChallenge',
    '... on ProofRejected { attemptsLeft } ... on VerifyChallengePayload { token session { state } }',
  ),
} as const
