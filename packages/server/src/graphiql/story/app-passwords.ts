import { type Tab, tab, userError } from './tab.ts'

/** A password for a program that knows no second step. */
export function appPasswords(): readonly Tab[] {
  return [
    tab(
      `
# 39. A mail program knows no second step. Give
# it a password of its own: for that program,
# for "imap" alone, and shown this once. It does
# not sign in here, and changes nothing.
#
# Is FreshProofRequired the answer? Run S8, S9,
# S10 with a new code, and this again. Is it
# PolicyDenied? S3 and S4 set a method up first.
#
# Try it as a mail server does: with the line
# that begins with "curl" and was printed when
# the sandbox started.
mutation S39_CreateAppPassword($input: AppPasswordCreateInput!) {
  createAppPassword(input: $input) {
    __typename
    ... on AppPasswordCreatePayload {
      password
      appPassword {
        id name hint scopes state expiresAt
      }
    }
    ... on FreshProofRequired { maxAgeSeconds }
    ... on InvalidInput { path }
    ... on PolicyDenied { rule }
    ${userError}
  }
}`,
      { input: { name: 'Mail on the tablet', scopes: ['imap'] } },
    ),
    tab(`
# 40. All of them, and whether they work. After
# the line with "curl", "lastUsed" says when,
# from where and by what.
query S40_AppPasswords {
  appPasswords {
    allowed limit scopes
    list {
      id name hint state
      scopes scopesInForce
      createdAt expiresAt
      lastUsed { at scope client address }
    }
  }
}`),
    tab(
      `
# 41. The tablet is lost: delete its password.
# "id" fills itself in: the newest one that S39
# or S40 has shown. From now on it is refused.
#
# A reset of the password (S29) deletes all of
# them, unless policy says otherwise.
mutation S41_RevokeAppPassword($input: AppPasswordRevokeInput!) {
  revokeAppPassword(input: $input) {
    __typename
    ... on AppPasswordRevokePayload { revoked }
    ... on FreshProofRequired { maxAgeSeconds }
    ${userError}
  }
}`,
      { input: { id: '' } },
    ),
  ]
}
