import { COOKIE, type DemoPerson, type Tab, tab, userError } from './tab.ts'

const ANSWER = `
  verifyChallenge(input: $input) {
    __typename
    ... on VerifyChallengePayload {
      session { state }
    }
    ... on ProofRejected { attemptsLeft hint }
    ${userError}
  }
}`

/** Later sign-ins: by the app, or by the phone. */
export function signingIn(demo: DemoPerson): readonly Tab[] {
  return [
    tab(
      `
# 8. Sign in again. The same password now leads
# to SECOND_FACTOR_REQUIRED: this session can
# do nothing but give the second proof, in one
# of the ways that "proofOptions" lists.
mutation S8_SignInAgain($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session {
        state
        proofOptions {
          method { id label kind }
          way isDefault
        }
      }
    }
    ${userError}
  }
}`,
      { input: { ...demo, ...COOKIE } },
    ),
    tab(
      `
# 9. Begin the challenge. No method is named,
# so the default one is asked: the app.
# "alternatives" is what a page would show
# under "use another method".
mutation S9_AskApp($input: BeginChallengeInput!) {
  beginChallenge(input: $input) {
    __typename
    ... on BeginChallengePayload {
      challenge {
        id
        attemptsLeft
        expiresAt
        step { instructions }
        alternatives { id label }
      }
    }
    ${userError}
  }
}`,
      { input: {} },
    ),
    tab(
      `
# 10. Answer it: type the code that your app
# shows now into "code" below, and run.
# "challengeId" fills itself in from the
# answer of tab S9.
#
# A code works once, ever. If your app still
# shows the one you set it up with, wait for
# the next.
mutation S10_AnswerApp($input: VerifyChallengeInput!) {${ANSWER}`,
      { input: { proof: { totp: { code: '' } }, challengeId: '' } },
    ),
    tab(
      `
# 11. The app is not at hand? Run tab S8 once
# more, and then this one instead of S9: it
# asks the phone, by text. The word "phone" in
# "methodId" stands for the id of your phone:
# this page knows it from the answers so far.
mutation S11_AskPhone($input: BeginChallengeInput!) {
  beginChallenge(input: $input) {
    __typename
    ... on BeginChallengePayload {
      challenge {
        id
        attemptsLeft
        step {
          instructions
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
      { input: { methodId: 'phone', way: 'text' } },
    ),
    tab(
      `
# 12. Watch it. This is a subscription: the
# answer comes in pieces, now and whenever
# something changes. "delivery" says how far
# the text has come.
#
# To see it change, open GraphiQL in a second
# window, and answer wrongly there in tab S14.
# The button that ran this stops it again.
subscription S12_Watch($flowId: ID!) {
  flowUpdated(id: $flowId) {
    ... on Challenge {
      state
      attemptsLeft
      step {
        ... on CodeSent {
          way destination delivery resendAt
          problem { message }
        }
      }
    }
  }
}`,
      { flowId: '' },
    ),
    tab(
      `
# 13. No text arrived? Call instead, half a
# minute after it was sent; before that the
# answer says from when on. The code of the
# text stops working, and no attempts come
# back. /dev/inbox shows what the call says.
mutation S13_CallInstead($input: ResendCodeInput!) {
  resendCode(input: $input) {
    __typename
    ... on ResendCodePayload {
      flow {
        ... on Challenge {
          attemptsLeft
          step {
            ... on CodeSent {
              way destination delivery resendAt
            }
          }
        }
      }
    }
    ... on RateLimited { retryAt }
    ${userError}
  }
}`,
      { input: { flowId: '', way: 'call' } },
    ),
    tab(
      `
# 14. Answer with the newest code of
# /dev/inbox.
mutation S14_AnswerPhone($input: VerifyChallengeInput!) {${ANSWER}`,
      { input: { proof: { phone: { code: '' } }, challengeId: '' } },
    ),
  ]
}
