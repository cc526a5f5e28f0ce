import {
  type Client,
  openTestGateway,
  type TestDatabase,
  type TestGatewayOptions,
} from '@security-info/testing'
import { questions } from '../src/index.ts'
import { badge } from './badge.ts'

export const SHOWN = '... on QuestionsSetup { toRegister toAnswer minLength maxLength questions { id text } }'

/** Answers as the API takes them. */
export const listed = (answers: Readonly<Record<string, string>>) =>
  Object.entries(answers).map(([question, answer]) => ({ question, answer }))

/** An organisation that wants something to reset with; `section` is its policy for questions. */
export function openCompany(
  database: TestDatabase,
  section: object = {},
  more: Partial<TestGatewayOptions> & { readonly rest?: object } = {},
) {
  const { rest = {}, ...options } = more
  return openTestGateway(database, {
    plugins: [questions(), badge()],
    policy: {
      twoFactor: 'off',
      registration: { required: { PASSWORD_RESET: 1 } },
      methods: { questions: { needsAnother: false, ...section } },
      ...rest,
    },
    ...options,
  })
}

/** What somebody in the wizard does with questions. */
export function steps(client: Client) {
  return {
    begin: (more: object = {}) => client.beginEnrollment({ method: { questions: {} }, ...more }, SHOWN),
    confirm: (enrollmentId: string | undefined, answers: readonly object[]) =>
      client.confirmEnrollment({ enrollmentId, proof: { questions: { answers } } }),
  }
}
