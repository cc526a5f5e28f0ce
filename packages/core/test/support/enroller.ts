/** A process that enrols and proves without end, until it is killed: `node enroller.ts <database url> <key ring>`. */
import { randomUUID } from 'node:crypto'
import { drizzle } from 'drizzle-orm/postgres-js'
import { graphql } from 'graphql'
import { createKeyRing, createSecurityInfo, Secret } from '../../src/index.ts'
import { pin } from '../plugins/pin.ts'

const [, , url = '', ring = ''] = process.argv
const never = () => Promise.reject(new Error('The database is migrated already.'))
const gateway = createSecurityInfo({
  plugins: [pin()],
  database: {
    // Named, so that its connections can be told from others when it is dead.
    db: drizzle({ connection: { url, max: 4, connection: { application_name: 'enroller' } } }),
    migrate: never,
    exclusively: never,
    close: never,
  },
  keyRing: createKeyRing(ring),
  organisation: { name: 'Test' },
  publicUrl: new URL('http://localhost'),
  version: '0',
  policy: {},
})

const ERROR = '... on UserError { code }'
const documents = {
  signIn: `mutation($i: SignInInput!) { signIn(input: $i) { ... on SignInPayload { token } ${ERROR} } }`,
  begin: `mutation { beginEnrollment(input: { method: { pin: {} } }) { ${ERROR}
    ... on BeginEnrollmentPayload { enrollment { id step { ... on PinSetup { pin } } } } } }`,
  confirm: `mutation($i: ConfirmEnrollmentInput!) { confirmEnrollment(input: $i) { ${ERROR}
    ... on ConfirmEnrollmentPayload { token method { id } } } }`,
}

async function one(): Promise<void> {
  const identifier = `${randomUUID()}@example.test`
  const password = new Secret(randomUUID())
  await gateway.accounts.create({ identifier, displayName: 'Test', password })
  let token: string | undefined
  const ask = async <T>(source: string, variables: object): Promise<T> => {
    const contextValue = gateway.context({
      requestId: 'crash',
      ...(token === undefined ? {} : { token }),
      transport: 'BEARER',
      clientAddress: '127.0.0.1',
      locales: ['en'],
      onToken: (next) => {
        token = next
      },
    })
    const { data, errors } = await graphql({
      schema: gateway.schema,
      source,
      variableValues: { i: variables },
      contextValue,
    })
    if (errors) throw errors[0]
    return Object.values(data ?? {})[0] as T
  }
  await ask(documents.signIn, { identifier, password: password.reveal() })
  for (let method = 0; method < 3; method++) {
    const { enrollment } = await ask<{ enrollment: { id: string; step: { pin: string } } }>(
      documents.begin,
      {},
    )
    const done = await ask<{ method: { id: string } }>(documents.confirm, {
      enrollmentId: enrollment.id,
      proof: { pin: { code: enrollment.step.pin } },
    })
    // What the client was told has to be there after the kill.
    process.stdout.write(`${done.method.id}\n`)
  }
}

for (;;) await Promise.all([one(), one(), one()])
