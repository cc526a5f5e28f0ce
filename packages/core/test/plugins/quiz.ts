import { z } from 'zod'
import {
  defineMethod,
  definePlugin,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
} from '../../src/index.ts'

const QUESTIONS = 3
const stored = z.object({ answers: z.array(z.string()).length(QUESTIONS) })
const asked = z.object({
  question: z
    .int()
    .min(0)
    .max(QUESTIONS - 1),
})

/** What somebody answers who gives up: refused with a word of the plugin's own. */
export const GIVEN_UP = 'no idea'

/** How often answers were really compared. */
export interface QuizProbe {
  compared: number
}

/** Knowledge of the past: for resets alone, one of three questions at a time, another one after each wrong answer. */
export function quiz(probe: QuizProbe = { compared: 0 }): Plugin<'quiz'> {
  return definePlugin({
    id: 'quiz',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Quiz',
        description: 'Three questions.',
        setup: 'Answer them.',
        prompt: 'Answer it.',
        'way.answer': 'An answer',
        'quiz.same': 'Two answers are the same.',
        'quiz.givenUp': 'That is no answer.',
      },
    },
    method: defineMethod('quiz', {
      ways: [{ id: 'answer', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 5 }],
      limits: { methods: 1, attempts: 5, ttlSeconds: 300 },
      knowledgeBased: true,
      stored,
      enrolling: z.object({}),
      challenging: asked,
      schema,
      create({ random }) {
        const draw = (but?: number) => {
          const others = Array.from({ length: QUESTIONS }, (_, at) => at).filter((at) => at !== but)
          const question = others[Buffer.from(random(4)).readUInt32BE() % others.length] ?? 0
          return { view: { question }, pending: { question } }
        }
        return {
          begin: async () => ({ view: { questions: QUESTIONS }, pending: {} }),
          checkConfirm: (_who, { answers }) =>
            new Set(answers.map((one) => one.reveal())).size < answers.length
              ? refuse('quiz.same', { path: ['answers'] })
              : undefined,
          confirm: async (_at, { answers }) => ({ stored: { answers: answers.map((one) => one.reveal()) } }),
          challenge: async () => draw(),
          async verify({ pending: { question } }, [method], { answer }) {
            probe.compared++
            const next = draw(question)
            if (answer.reveal() === GIVEN_UP) return { ...refuse('quiz.givenUp', { path: ['answer'] }), next }
            const right = method?.stored.answers[question] === answer.reveal()
            return method && right ? { ok: true, methodId: method.id } : { ...refuse('wrong-proof'), next }
          },
          describe: (list) => list.map(() => ({})),
        }
      },
    }),
  })
}

function schema(kit: SchemaKit) {
  const confirm = kit.builder.inputType('QuizEnrollInput', {
    description: 'All answers.',
    fields: (t) => ({
      answers: t.field({ type: ['Secret'], required: true, description: 'One for each question.' }),
    }),
  })
  const proof = kit.builder.inputType('QuizProofInput', {
    description: 'The answer.',
    fields: (t) => ({
      answer: t.field({ type: 'Secret', required: true, description: 'To the question that is asked.' }),
    }),
  })
  return {
    confirm,
    proof,
    setup: kit.setup<{ readonly questions: number }>('QuizSetup', {
      description: 'Asks for all answers.',
      fields: (t) => ({ questions: t.exposeInt('questions', { description: 'How many.' }) }),
    }),
    prompt: kit.prompt<{ readonly question: number }>('QuizPrompt', {
      description: 'Asks one question.',
      fields: (t) => ({ question: t.exposeInt('question', { description: 'Which.' }) }),
    }),
    details: kit.details<object>('QuizMethod', { description: 'Answers.', fields: () => ({}) }),
  }
}

/** What somebody has answered. */
export const newAnswers = (): readonly [string, string, string] => {
  const word = () => crypto.randomUUID().slice(0, 8)
  return [word(), word(), word()]
}
