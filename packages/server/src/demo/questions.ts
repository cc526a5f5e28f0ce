import type { DemoClient } from './client.ts'
import { answerGate, beginGate, type HeldReset, type Refused } from './gates.ts'
import { confirm, ERROR, expectType, type Result, type Stage } from './steps.ts'

/** What somebody might answer; by the ids of the predefined questions, which stay for ever. */
const ANSWERS: Readonly<Record<string, string>> = {
  'first-desk-mate': 'Thorvald',
  'cuddly-toy': 'Sir Humphrey',
  'hiding-place': 'behind the organ',
  'feared-teacher': 'Krawuttke',
  'lost-as-child': 'Straße nach Köln',
}

/** Registers security questions, beside what is there. */
export async function addQuestions(stage: Stage): Promise<void> {
  const { client, tell } = stage
  tell.chapter('Security questions: not held, for nobody can take them over like a number')
  tell.sends('beginEnrollment of security questions')
  const begun = await client.ask<
    Result & {
      enrollment: { id: string; step: { toRegister: number; questions: readonly { id: string }[] } }
    }
  >(
    `mutation {
      beginEnrollment(input: { method: { questions: {} } }) {
        __typename
        ... on BeginEnrollmentPayload {
          enrollment { id step { ... on QuestionsSetup { toRegister questions { id } } } }
        }
        ${ERROR}
      }
    }`,
  )
  expectType(begun, 'BeginEnrollmentPayload')
  const { id, step } = begun.enrollment
  tell.gets(`${step.questions.length} questions to choose ${step.toRegister} from.`)
  const register = (answers: readonly object[]) =>
    confirm(stage, { enrollmentId: id, proof: { questions: { answers } } })

  tell.sends('confirmEnrollment with the answer "unknown" to one of them')
  const [first, ...others] = answersTo(Object.keys(ANSWERS))
  const invalid = await register([{ ...first, answer: 'unknown' }, ...others])
  expectType(invalid, 'InvalidInput')
  tell.gets(`Not taken, and no attempt is spent: ${invalid.message}`)
  tell.sends('confirmEnrollment with five good answers')
  expectType(await register(answersTo(Object.keys(ANSWERS))), 'ConfirmEnrollmentPayload')
  tell.gets('They are registered. What is kept of the answers are slow hashes; nobody can read them.')
}

/** The gate of the questions: wrong at first, then right. */
export async function passQuestions(stage: Stage, client: DemoClient, token: string): Promise<HeldReset> {
  const { tell } = stage
  tell.sends('beginResetGate of the questions')
  const { id, step } = await beginGate(client, token, 'questions')
  tell.gets(`${textsOf(step).length} of the five are asked, such as: ${textsOf(step)[0]}`)
  tell.sends('verifyResetGate with a wrong answer among them')
  const [first, ...others] = answersTo(idsOf(step))
  const wrong = await answerGate(
    client,
    token,
    id,
    proofOf([{ ...first, answer: 'something else' }, ...others]),
  )
  expectType(wrong, 'ProofRejected')
  tell.gets(`Refused, without saying which; they are drawn anew: ${textsOf(wrong.step)[0]} ...`)
  tell.sends('verifyResetGate with the right answers')
  const passed = await answerGate(client, token, id, proofOf(answersTo(idsOf(wrong.step))))
  expectType(passed, 'VerifyResetGatePayload')
  return passed
}

function answersTo(questions: readonly string[]): readonly { question: string; answer: string }[] {
  return questions.map((question) => ({ question, answer: ANSWERS[question] ?? '' }))
}

const proofOf = (answers: readonly object[]) => ({ questions: { answers } })
const idsOf = (step: Refused['step']) => step?.questions?.map(({ id }) => id) ?? []
const textsOf = (step: Refused['step']) => step?.questions?.map(({ text }) => text) ?? []
