import { ANSWERS, CONFIRM, type Tab, tab, userError } from './tab.ts'

/** Security questions, in the place of the phone that is gone. */
export function questions(): readonly Tab[] {
  return [
    tab(`
# 20. Security questions as the second method.
# They count for password reset, never for
# signing in, and never alone. The answer lists
# all that may be chosen.
#
# FORBIDDEN comes back? Then this session still
# owes a proof: S9 and S10.
mutation S20_BeginQuestions {
  beginEnrollment(input: { method: { questions: {} } }) {
    __typename
    ... on BeginEnrollmentPayload {
      enrollment {
        id
        step {
          instructions
          ... on QuestionsSetup {
            toRegister toAnswer
            questions { id text }
          }
        }
      }
    }
    ... on FreshProofRequired { maxAgeSeconds }
    ${userError}
  }
}`),
    tab(
      `
# 21. Five made-up answers to five of them; put
# others in if you like. Try "unknown", or the
# same answer twice: it says what is wrong, and
# costs no attempt.
#
# Nothing is missing then: run S7, "Done".
mutation S21_ConfirmQuestions($input: ConfirmEnrollmentInput!) {${CONFIRM}`,
      {
        input: { proof: { questions: { answers: ANSWERS } }, enrollmentId: '', label: 'My questions' },
      },
    ),
  ]
}
