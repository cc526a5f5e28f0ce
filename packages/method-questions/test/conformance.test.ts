import { randomBytes } from 'node:crypto'
import { describeMethod } from '@security-info/testing'
import { questions } from '../src/index.ts'

type Answers = Readonly<Record<string, string>>
interface Shown {
  readonly toRegister: number
  readonly questions: readonly { readonly id: string }[]
}

const idsIn = (step: object): readonly string[] => (step as Shown).questions.map(({ id }) => id)
const listed = (answers: Answers) => ({
  answers: Object.entries(answers).map(([question, answer]) => ({ question, answer })),
})
/** Something that nobody else would answer. */
const word = () => `Zyx ${randomBytes(6).toString('hex')}`
const answersTo = (ids: readonly string[]): Answers => Object.fromEntries(ids.map((id) => [id, word()]))

describeMethod<Answers>('questions', {
  plugin: () => questions(),
  setup: '... on QuestionsSetup { toRegister questions { id } }',
  prompt: '... on QuestionsPrompt { questions { id } }',
  async enroll(step) {
    const device = answersTo(idsIn(step).slice(0, Number(step.toRegister)))
    return { device, proof: listed(device) }
  },
  answer: async (device, step) =>
    listed(Object.fromEntries(idsIn(step).map((id) => [id, ` ${device[id]?.toUpperCase()} `]))),
  wrong: ({ flow, step }) =>
    listed(answersTo(flow === 'challenge' ? idsIn(step) : idsIn(step).slice(0, Number(step.toRegister)))),
  malformed({ flow, step }) {
    const ids = idsIn(step).slice(0, flow === 'challenge' ? 3 : Number(step.toRegister))
    const [first = '', second = ''] = ids
    const right = answersTo(ids)
    const { answers } = listed(right)
    return [
      { answers: [] },
      { answers: answers.slice(0, 2) },
      { answers: [...answers, ...answers] },
      { answers: [...answers.slice(1), { question: second, answer: word() }] },
      listed({ ...right, [first]: '' }),
      listed({ ...right, [first]: ' \u200b a ' }),
      listed({ ...right, [second]: 'x'.repeat(41) }),
      ...(flow === 'enrollment' ? [listed({ ...right, [second]: 'password' })] : []),
    ]
  },
  secrets: (answers) => Object.values(answers).flatMap((answer) => [answer, answer.toLowerCase()]),
})
