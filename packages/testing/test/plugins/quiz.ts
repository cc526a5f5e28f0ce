import {
  type Deps,
  defineMethod,
  definePlugin,
  type Handlers,
  PLUGIN_API,
  type Plugin,
  refuse,
  type SchemaKit,
  Secret,
} from '@security-info/core'
import { z } from 'zod'

/** What can be asked; a person answers all of it, and is asked for two. */
const QUESTIONS = ['bird', 'tree', 'river']
const stored = z.object({ hashes: z.record(z.string(), z.string()) })
const pending = z.object({ asked: z.array(z.string()) })
type Asked = z.infer<typeof pending>
interface QuizView {
  readonly questions: readonly string[]
}

const listed = ({ questions }: QuizView) => [...questions]

function createSchema(kit: SchemaKit) {
  const proof = kit.builder.inputType('QuizProofInput', {
    description: 'Answers.',
    fields: (t) => ({
      answers: t.field({ type: ['Secret'], required: true, description: 'One for each question, in order.' }),
    }),
  })
  const details = kit.details<object>('QuizMethod', { description: 'Answers.', fields: () => ({}) })
  return {
    confirm: proof,
    proof,
    setup: kit.setup<QuizView>('QuizSetup', {
      description: 'Questions to answer.',
      fields: (t) => ({ questions: t.stringList({ description: 'All.', resolve: listed }) }),
    }),
    prompt: kit.prompt<QuizView>('QuizPrompt', {
      description: 'Questions that were answered.',
      fields: (t) => ({ questions: t.stringList({ description: 'Some.', resolve: listed }) }),
    }),
    details,
  }
}

export type QuizHandlers = Handlers<
  'quiz',
  ReturnType<typeof createSchema>,
  z.infer<typeof stored>,
  Asked,
  Asked
>

/** Two questions: one after the other, so that a wrong answer is followed by others. */
export function draw(last: readonly string[] = []) {
  const first = (QUESTIONS.indexOf(last[0] ?? '') + 1) % QUESTIONS.length
  const asked = [QUESTIONS[first] ?? '', QUESTIONS[(first + 1) % QUESTIONS.length] ?? '']
  return { view: { questions: asked }, pending: { asked } }
}

function createHandlers({ hashes }: Deps): QuizHandlers {
  let nobodys: Promise<string> | undefined
  const nobodysHash = () => {
    nobodys ??= hashes.hash(new Secret('nobody answers this'))
    return nobodys
  }
  const form = z.object({ answers: z.array(z.instanceof(Secret)).min(1) })
  return {
    inputs: { confirm: form, proof: form },
    begin: async () => ({ view: { questions: QUESTIONS }, pending: { asked: QUESTIONS } }),
    checkConfirm: (_who, { answers }) =>
      answers.length === QUESTIONS.length ? undefined : refuse('quiz.few', { path: ['answers'] }),
    async confirm({ pending: { asked } }, { answers }) {
      const kept = asked.map(async (question, index) => [
        question,
        await hashes.hash(answers[index] ?? new Secret('')),
      ])
      return { stored: { hashes: Object.fromEntries(await Promise.all(kept)) } }
    },
    challenge: async () => draw(),
    async verify({ pending: { asked } }, [method], { answers }) {
      let right = answers.length === asked.length
      for (const [index, question] of asked.entries()) {
        const hash = method?.stored.hashes[question] ?? (await nobodysHash())
        right = (await hashes.matches(hash, answers[index] ?? new Secret(''))) && right
      }
      return right && method
        ? { ok: true, methodId: method.id }
        : { ...refuse('wrong-proof'), next: draw(asked) }
    },
    describe: (list) => list.map(() => ({})),
  }
}

/** A kind that is known and not held: for reset alone, with slow hashes, and asked anew after a wrong answer. `flaw` breaks it. */
export function quiz(flaw: (right: QuizHandlers, deps: Deps) => Partial<QuizHandlers> = () => ({})): Plugin {
  return definePlugin({
    id: 'quiz',
    api: PLUGIN_API,
    messages: {
      en: {
        title: 'Quiz',
        description: 'Questions.',
        setup: 'Answer them.',
        prompt: 'Answer them.',
        'way.answers': 'By answers',
        'quiz.few': 'Answer all of them.',
      },
    },
    method: defineMethod('quiz', {
      ways: [{ id: 'answers', usedFor: ['PASSWORD_RESET'], guessable: true, strength: 5 }],
      limits: { methods: 1, attempts: 5, ttlSeconds: 300 },
      knowledgeBased: true,
      stored,
      enrolling: pending,
      challenging: pending,
      schema: createSchema,
      create(deps) {
        const right = createHandlers(deps)
        return { ...right, ...flaw(right, deps) }
      },
    }),
  })
}
