import type { MailServer } from './mail-server.ts'
import { ERROR, expect, expectType, type Person, type Result, type Stage } from './steps.ts'

interface Created extends Result {
  readonly password: string
  readonly appPassword: { readonly id: string; readonly name: string }
}

/** Makes an app password, uses it as a mail program would, mistypes it, and deletes it. */
export async function useAppPassword(stage: Stage, person: Person, askMailServer: MailServer): Promise<void> {
  const { client, tell } = stage
  tell.chapter('An app password, for a mail program that knows no second step')
  tell.sends('createAppPassword for "Mail on the tablet", for imap alone')
  const { password, appPassword } = await create(stage)
  tell.gets(`Shown this once: ${password.slice(0, 9)}-.... What is kept of it is a keyed hash.`)

  const logIn = async (what: string, typed: string, scope: string, expected: number) => {
    tell.sends(`/check/basic, as a mail server asks: ${what}`)
    expect(
      String(await askMailServer({ username: person.identifier, password: typed, scope })),
      String(expected),
    )
  }
  await logIn(`is that it, for ${person.identifier} and imap?`, password, 'imap', 200)
  tell.gets('200: the program is in.')
  await logIn('the same with a slip in its last letter', mistyped(password), 'imap', 401)
  tell.gets('401. A slip is told by the checksum: nobody is asked, and nothing is counted.')
  await logIn('the right one for smtp, which it was not made for', password, 'smtp', 401)
  tell.gets('401.')

  tell.sends('revokeAppPassword')
  const revoked = await client.ask<Result & { revoked: number }>(
    `mutation ($input: AppPasswordRevokeInput!) {
      revokeAppPassword(input: $input) { __typename ... on AppPasswordRevokePayload { revoked } ${ERROR} }
    }`,
    { input: { id: appPassword.id } },
  )
  expectType(revoked, 'AppPasswordRevokePayload')
  await logIn('the right one once more, for imap', password, 'imap', 401)
  tell.gets('401: it is deleted, and works nowhere from this moment on.')
}

async function create({ client }: Stage): Promise<Created> {
  const created = await client.ask<Created>(
    `mutation ($input: AppPasswordCreateInput!) {
      createAppPassword(input: $input) {
        __typename
        ... on AppPasswordCreatePayload { password appPassword { id name } }
        ${ERROR}
      }
    }`,
    { input: { name: 'Mail on the tablet', scopes: ['imap'] } },
  )
  expectType(created, 'AppPasswordCreatePayload')
  return created
}

function mistyped(password: string): string {
  return password.slice(0, -1) + (password.endsWith('0') ? '1' : '0')
}
