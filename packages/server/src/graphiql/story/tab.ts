/** One tab of GraphiQL. */
export interface Tab {
  readonly query: string
  /** JSON text. What is left empty, or names the kind of a method, is filled in by the page from earlier answers. */
  readonly variables: string
}

/** Who can be played: a person, and who helps them. */
export interface Playable {
  readonly demo: DemoPerson
  readonly administrator: DemoPerson
}

/** What somebody of the sandbox signs in with. */
export interface DemoPerson {
  readonly identifier: string
  readonly password: string
}

/** For `signIn` and what else opens a session: the page's own cookie. */
export const COOKIE = { transport: 'COOKIE' } as const

export const userError = '... on UserError { code message }'

export function tab(query: string, variables: object = {}): Tab {
  return { query: query.trim(), variables: compact(JSON.stringify(variables, null, 2)) }
}

/** The end of a document that confirms an enrolment. */
export const CONFIRM = `
  confirmEnrollment(input: $input) {
    __typename
    ... on ConfirmEnrollmentPayload {
      method { id kind label isDefault }
      session { state interrupt { missing } }
    }
    ... on ProofRejected { attemptsLeft hint }
    ... on InvalidInput { path }
    ${userError}
  }
}`

/**
 * Made-up answers to predefined questions, whose ids stay for ever. What was asked is drawn at random, so the page leaves out
 * what was not.
 */
export const ANSWERS = [
  { question: 'first-desk-mate', answer: 'Thorvald' },
  { question: 'cuddly-toy', answer: 'Sir Humphrey' },
  { question: 'hiding-place', answer: 'behind the organ' },
  { question: 'feared-teacher', answer: 'Krawuttke' },
  { question: 'lost-as-child', answer: 'on the night train' },
] as const

/** The lines to type into have to be in sight without scrolling: a proof stands on one line, and so does each answer. */
function compact(json: string): string {
  return json
    .replace(/\{\s*"(\w+)": \{\s*"code": ""\s*\}\s*\}/, '{ "$1": { "code": "" } }')
    .replaceAll(
      /\{\s*"question": "([\w-]+)",\s*"answer": ("[^"]*")\s*\}/g,
      '{ "question": "$1", "answer": $2 }',
    )
}
