import { ANSWERS, COOKIE, type DemoPerson, type Tab, tab, userError } from './tab.ts'

/** What each step of a reset shows. */
const RESET = `token
      reset {
        gatesRequired gatesPassed ready
        options { kind title ways retyped }
        refusal { reason until message }
        rehearsal expiresAt
      }`
const GATE = `gate {
        id kind attemptsLeft
        step {
          instructions
          ... on QuestionsPrompt {
            questions { id text }
          }
        }
      }`
const REFUSED = `... on ResetRefused { reason until }
    ${userError}`
const VERIFY = `
  verifyResetGate(input: $input) {
    __typename
    ... on VerifyResetGatePayload {
      ${RESET}
    }
    ... on ProofRejected {
      attemptsLeft
      step {
        ... on QuestionsPrompt {
          questions { id text }
        }
      }
    }
    ${userError}
  }
}`
const NEW_PASSWORD = 'four quite unrelated words'

/** The rehearsal of a reset, a reset, and a change of the password. */
export function resetting({ identifier, password }: DemoPerson): readonly Tab[] {
  return [
    tab(`
# 22. Would a password reset work? Rehearse it:
# the same walk, and at its end no password
# changes.
#
# "token" holds the rehearsal. Each proof brings
# a new one; this page fills the newest in,
# until you reload it. "options" is what you can
# prove. A phone or an address that is younger
# than 24 hours is not among them: it might be a
# thief's.
mutation S22_Rehearse {
  rehearseRecovery {
    ${RESET}
  }
}`),
    tab(
      `
# 23. The first gate: the app. It could be a
# phone too, with its number typed again.
mutation S23_GateApp($input: BeginResetGateInput!) {
  beginResetGate(input: $input) {
    __typename
    ... on BeginResetGatePayload {
      ${GATE}
    }
    ${REFUSED}
  }
}`,
      { input: { token: '', method: { totp: {} } } },
    ),
    tab(
      `
# 24. Its code: a new one, for a code works
# once. "gateId" fills itself in.
mutation S24_AnswerApp($input: VerifyResetGateInput!) {${VERIFY}`,
      { input: { proof: { totp: { code: '' } }, token: '', gateId: '' } },
    ),
    tab(
      `
# 25. The second gate has to be another kind:
# the questions. Three of the five are drawn.
mutation S25_GateQuestions($input: BeginResetGateInput!) {
  beginResetGate(input: $input) {
    __typename
    ... on BeginResetGatePayload {
      ${GATE}
    }
    ${REFUSED}
  }
}`,
      { input: { token: '', method: { questions: {} } } },
    ),
    tab(
      `
# 26. All five answers of S21 stand below; this
# page sends those that were asked. Answer one
# wrongly, and others are drawn: "step" of the
# refusal says which.
#
# "ready" is true then. After S22 go on with
# S27, after S28 with S29.
mutation S26_AnswerQuestions($input: VerifyResetGateInput!) {${VERIFY}`,
      { input: { proof: { questions: { answers: ANSWERS } }, token: '', gateId: '' } },
    ),
    tab(
      `
# 27. The rehearsal has worked.
mutation S27_FinishRehearsal($input: ResetTokenInput!) {
  finishRehearsal(input: $input) {
    __typename
    ... on FinishRehearsalPayload { message }
    ${REFUSED}
  }
}`,
      { input: { token: '' } },
    ),
    tab(
      `
# 28. "Forgot my password". No session is
# needed: you may sign out first (S18). Put
# somebody in who does not exist: the answer is
# the same. So "options" is what your
# organisation allows; not until the first
# proof is it what you have.
#
# Then the two gates, as before: S23 to S26.
mutation S28_ForgotPassword($input: StartPasswordResetInput!) {
  startPasswordReset(input: $input) {
    __typename
    ... on StartPasswordResetPayload {
      ${RESET}
    }
    ... on RateLimited { retryAt }
    ${userError}
  }
}`,
      { input: { identifier } },
    ),
    tab(
      `
# 29. The new password. Try "passwordpassword"
# first: the answer says why not.
#
# Every session ends, app passwords are deleted,
# and a mail goes to all your addresses
# (/dev/inbox). From now on S1
# and S8 have the wrong password: use S30, until
# S31 brings the old one back.
mutation S29_NewPassword($input: CompletePasswordResetInput!) {
  completePasswordReset(input: $input) {
    __typename
    ... on CompletePasswordResetPayload { message }
    ... on InvalidInput { path }
    ${REFUSED}
  }
}`,
      { input: { newPassword: NEW_PASSWORD, token: '' } },
    ),
    tab(
      `
# 30. Sign in with it. A reset is no way round
# the second factor: S9 and S10 with a new code.
mutation S30_SignInAnew($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session { state }
    }
    ${userError}
  }
}`,
      { input: { identifier, password: NEW_PASSWORD, ...COOKIE } },
    ),
    tab(
      `
# 31. Change the password: back to the one that
# S1 and S8 know. It takes the current one and a
# proof that is at most five minutes old. Is
# FreshProofRequired the answer? S9 and S10 once
# more.
#
# Every other session ends; this one goes on
# with a new token.
mutation S31_ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    __typename
    ... on ChangePasswordPayload {
      session { state }
    }
    ... on InvalidInput { path }
    ... on FreshProofRequired { maxAgeSeconds }
    ${userError}
  }
}`,
      { input: { currentPassword: NEW_PASSWORD, newPassword: password } },
    ),
  ]
}
