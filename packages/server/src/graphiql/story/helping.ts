import { COOKIE, type DemoPerson, type Tab, tab, userError } from './tab.ts'

/** Somebody who has nothing left, and an administrator who helps. */
export function helping({ identifier }: DemoPerson, administrator: DemoPerson): readonly Tab[] {
  return [
    tab(
      `
# 32. Nothing at hand? Begin a reset once more
# (S28), and ask the administrators. That is
# always possible, and answered alike whoever
# asks for whom. They get a mail (/dev/inbox).
mutation S32_AskAdministrator($input: ResetTokenInput!) {
  askAdministrator(input: $input) {
    __typename
    ... on AskAdministratorPayload { message }
    ${userError}
  }
}`,
      { input: { token: '' } },
    ),
    tab(
      `
# 33. Now you are Dana, an administrator. Her
# password is filled in, and a phone is set up
# for her: S9 sends a text to it, and S14 takes
# the code, which is in /dev/inbox.
mutation S33_SignInAsDana($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session { state }
    }
    ${userError}
  }
}`,
      { input: { ...administrator, ...COOKIE } },
    ),
    tab(`
# 34. Who wants help? "gatesPassed" says how
# much they had proven. At 0 it may have been
# anybody: make sure of them first, such as by
# calling them back.
query S34_Queue {
  admin {
    helpRequests(first: 20) {
      edges {
        node {
          id username displayName
          gatesPassed clientAddress createdAt
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`),
    tab(
      `
# 35. A temporary access pass, for one hour and
# one sign-in. Run it: FreshProofRequired comes
# back, for this takes a proof for this very
# act, which "act" names. Go on with S36, and
# then run this tab once more.
#
# The pass is shown this once. An administrator
# never sees or sets anybody's password.
mutation S35_IssuePass($input: IssueAccessPassInput!) {
  issueAccessPass(input: $input) {
    __typename
    ... on IssueAccessPassPayload {
      pass expiresAt once
    }
    ... on FreshProofRequired {
      act
      options { id kind label }
    }
    ... on PolicyDenied { rule }
    ${userError}
  }
}`,
      { input: { identifier, minutes: 60, once: true } },
    ),
    tab(
      `
# 36. Prove it for this act: "act" fills itself
# in from S35. Then S14 with the code of the new
# text, and S35 again. A proof counts for one
# act, once.
mutation S36_ProveForAct($input: BeginChallengeInput!) {
  beginChallenge(input: $input) {
    __typename
    ... on BeginChallengePayload {
      challenge {
        id
        step {
          instructions
          ... on CodeSent { destination }
        }
      }
    }
    ... on RateLimited { retryAt }
    ${userError}
  }
}`,
      { input: { act: '' } },
    ),
    tab(
      `
# 37. Take the request out of the queue.
# "requestId" fills itself in: the newest one
# that S34 has shown.
mutation S37_Settle($input: SettleHelpRequestInput!) {
  settleHelpRequest(input: $input) {
    __typename
    ... on SettleHelpRequestPayload { settled }
    ${userError}
  }
}`,
      { input: { requestId: '' } },
    ),
    tab(
      `
# 38. With the pass, back in the place of who
# asked for it; "pass" fills itself in from S35.
# It opens the wizard and nothing else: set up a
# new app with S3 and S4, and end it with S7.
# That ends the session as well: sign in as
# always, S8.
mutation S38_RedeemPass($input: RedeemAccessPassInput!) {
  redeemAccessPass(input: $input) {
    __typename
    ... on SignInPayload {
      session { state interrupt { reasons { rule } } }
    }
    ${userError}
  }
}`,
      { input: { identifier, pass: '', ...COOKIE } },
    ),
  ]
}
