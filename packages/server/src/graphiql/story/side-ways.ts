import { type Tab, tab, userError } from './tab.ts'

/** What else can be done in a reset: have a code sent anew, and end it without a new password. */
export function sideWays(): readonly Tab[] {
  return [
    tab(
      `
# 42. No code came in a reset? Half a minute
# after it was sent it can be sent once more.
# For that, begin one (S28), and in S23 a gate
# with a code. Write under Variables there:
# "method": { "phone":
#   { "number": "(201) 555-0123" } }
#
# The answer is the same for a number that
# nobody has: then nothing is in /dev/inbox.
mutation S42_ResendResetCode($input: ResendResetCodeInput!) {
  resendResetCode(input: $input) {
    __typename
    ... on BeginResetGatePayload {
      gate {
        id attemptsLeft
        step {
          ... on CodeSent {
            way destination delivery resendAt
          }
        }
      }
    }
    ... on RateLimited { retryAt }
    ${userError}
  }
}`,
      { input: { token: '', gateId: '' } },
    ),
    tab(
      `
# 43. Only mistyped your password too often, and
# know it after all? The walk of a reset (S28,
# and S23 to S26), and this in the place of S29:
# signing in is open again. The password stays,
# and nobody is signed out.
#
# That is the story. Everything else that the
# API has is in its documentation: the book at
# the top left.
mutation S43_UnlockAccount($input: ResetTokenInput!) {
  unlockAccount(input: $input) {
    __typename
    ... on UnlockAccountPayload { message }
    ... on PolicyDenied { rule }
    ... on ResetRefused { reason until }
    ${userError}
  }
}`,
      { input: { token: '' } },
    ),
  ]
}
