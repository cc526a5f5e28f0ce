import type { InputOf, ViewOf } from '@security-info/core'
import { expectTypeOf, it } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import type { QuestionsSchema } from '../src/schema.ts'

type Handlers = ReturnType<typeof createHandlers>

it('infers inputs, views and details from the schema, never as any', () => {
  type Answer = InputOf<QuestionsSchema['proof']>['answers'][number]
  expectTypeOf<InputOf<QuestionsSchema['proof']>>().not.toBeAny()
  expectTypeOf<Answer['question']>().toBeString()
  expectTypeOf<Answer['answer']['reveal']>().returns.toBeString()
  expectTypeOf<ViewOf<QuestionsSchema['setup']>>().not.toBeAny()
  expectTypeOf<ViewOf<QuestionsSchema['setup']>['toRegister']>().toBeNumber()
  expectTypeOf<ViewOf<QuestionsSchema['prompt']>['questions'][number]['id']>().toBeString()
  expectTypeOf<ReturnType<Handlers['describe']>[number]['questions']>().toBeNumber()
})

it('hands its section of the policy to the handlers', () => {
  type Start = Parameters<Handlers['begin']>[0]
  expectTypeOf<Start['policy']['register']>().toBeNumber()
  expectTypeOf<Start['policy']['custom'][number]['text']['en']>().toBeString()
})

it('refuses codes of another plugin, and asks on with what it can keep', () => {
  type Verdict = Awaited<ReturnType<Handlers['verify']>>
  expectTypeOf<{ ok: false; refused: 'phone.unreachable' }>().not.toExtend<Verdict>()
  expectTypeOf<{ ok: false; refused: 'questions.count' }>().toExtend<Verdict>()
  type Next = NonNullable<Extract<Verdict, { ok: false }>['next']>
  expectTypeOf<Next['pending']>().toEqualTypeOf<{ asked: string[] }>()
})
