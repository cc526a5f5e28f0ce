/** Random operations with random values: whatever is sent, the answer is one that was meant. */
import { Secret } from '@security-info/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeError } from '../src/log.ts'
import { password, signInDocument } from './support/gateway.ts'
import { drawRequest } from './support/grammar.ts'
import { type InboxGateway, inboxGateway } from './support/inbox.ts'

/** Another seed finds other things; this one finds the same in every run. */
const RUN = { seed: 20_261_122, numRuns: 400 }
const MEANT = ['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'TOO_COMPLEX', 'OVERLOADED']
const OUTSIDE = /node_modules|\.ts:\d|\bat \w+ \(|Failed query|insert into|select .* from/

let at: InboxGateway
beforeAll(async () => {
  at = await inboxGateway({ policy: { twoFactor: 'off' } })
  await at.securityInfo.accounts.create({
    identifier: 'ada@example.org',
    displayName: 'Ada',
    password: new Secret(password),
    administrator: true,
  })
})
afterAll(() => at.close())

let addresses = 0
async function send(query: string, variables: object, token?: string) {
  const authorization = token && `Bearer ${token}`
  const response = await at.gateway.fetch(
    new Request(`${at.origin}/graphql`, {
      method: 'POST',
      headers: {
        host: new URL(at.origin).host,
        'content-type': 'application/json',
        ...(authorization && { authorization }),
      },
      body: JSON.stringify({ query, variables }),
    }),
    // What everybody has of their own is not used up by somebody else.
    { clientAddress: `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses++ & 255}` },
  )
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) }
}

async function session(): Promise<string | undefined> {
  const { body } = await send(signInDocument, { input: { identifier: 'ada@example.org', password } })
  return body.data?.signIn?.token
}

it('H16: no operation with whatever values brings an error that was not meant for its sender', async () => {
  let token = await session()
  const known = ['ada@example.org', password]
  const remember = (text: string) => {
    for (const [, found = ''] of text.matchAll(/"(?:id|token|code|uri|resetToken)":"([^"]+)"/g))
      known.push(found)
    known.splice(2, Math.max(0, known.length - 40))
  }
  const property = fc.asyncProperty(fc.gen(), fc.boolean(), async (g, anonymous) => {
    const { query, variables } = drawRequest(at.securityInfo.schema, g, known)
    at.logged.length = 0
    const { status, text, body } = await send(query, variables, anonymous ? undefined : token)
    const codes = (body.errors ?? []).map(
      ({ extensions }: { extensions: { code: string } }) => extensions.code,
    )
    const failures = at.logged.flatMap(({ error }) => describeError(error))
    expect({ failures, unmeant: codes.filter((code: string) => !MEANT.includes(code)) }).toEqual({
      failures: [],
      unmeant: [],
    })
    expect([200, 400, 413]).toContain(status)
    expect(text).not.toMatch(OUTSIDE)
    remember(text)
    if (!anonymous && query.startsWith('mutation')) {
      const alive = await send('{ viewer { id } }', {}, token)
      if (alive.body.data?.viewer === null) token = await session()
    }
  })
  await fc.assert(property, RUN)
})
