import type { SchemaKit } from '@security-info/core'
import { type Question, textIn } from './question.ts'

/** What the person needs to register answers. */
export interface QuestionsSetupView {
  readonly questions: readonly Question[]
  readonly toRegister: number
  readonly toAnswer: number
  readonly minLength: number
  readonly maxLength: number
}

/** The GraphQL types of security questions. */
export function createSchema({ builder, setup, prompt, details }: SchemaKit) {
  const answer = builder.inputType('QuestionsAnswerInput', {
    description: 'The answer to one question.',
    fields: (t) => ({
      question: t.id({ required: true, description: 'The `id` of the question.' }),
      answer: t.field({
        type: 'Secret',
        required: true,
        description: 'Capitals, widths and extra spaces do not matter; spelling does.',
      }),
    }),
  })
  const proof = builder.inputType('QuestionsProofInput', {
    description:
      'Answers: to questions that were chosen, or to all that are asked. Their order does not matter.',
    fields: (t) => ({
      answers: t.field({ type: [answer], required: true, description: 'One for each question.' }),
    }),
  })
  const question = builder.objectRef<Question>('QuestionsQuestion').implement({
    description: 'A question.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'For the answer.' }),
      text: t.field({
        type: 'String',
        description: 'The question, in the language of the request where there is a text in it.',
        resolve: ({ text }, _args, { request }) => textIn(text, request.locales),
      }),
    }),
  })
  return {
    confirm: proof,
    proof,
    setup: setup<QuestionsSetupView>('QuestionsSetup', {
      description:
        'The questions to choose from. No question and no answer twice, and no answer that its question, the name or the identifier tells.',
      fields: (t) => ({
        questions: t.field({
          type: [question],
          description: 'All that may be chosen.',
          resolve: ({ questions }) => questions,
        }),
        toRegister: t.exposeInt('toRegister', { description: 'How many have to be answered now.' }),
        toAnswer: t.exposeInt('toAnswer', {
          description: 'How many of these are asked later, drawn at random each time.',
        }),
        minLength: t.exposeInt('minLength', {
          description: 'How many characters an answer has at least, spaces at its ends not counted.',
        }),
        maxLength: t.exposeInt('maxLength', { description: 'How many characters an answer has at most.' }),
      }),
    }),
    prompt: prompt<{ readonly questions: readonly Question[] }>('QuestionsPrompt', {
      description: 'Asks for the answers to all of these. After a wrong one, others are asked.',
      fields: (t) => ({
        questions: t.field({
          type: [question],
          description: 'In an order that means nothing.',
          resolve: ({ questions }) => questions,
        }),
      }),
    }),
    details: details<{ readonly questions: number }>('QuestionsMethod', {
      description: 'A registered set of questions. Which they are is only shown where they are asked.',
      fields: (t) => ({
        questions: t.exposeInt('questions', { description: 'How many questions were answered.' }),
      }),
    }),
  }
}

export type QuestionsSchema = ReturnType<typeof createSchema>
