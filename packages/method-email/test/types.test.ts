import type { CodeSentView, InputOf, ViewOf } from '@security-info/core'
import { expectTypeOf, it } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import type { EmailSchema } from '../src/schema.ts'

type Handlers = ReturnType<typeof createHandlers>

it('infers inputs, views and details from the schema, never as any', () => {
  expectTypeOf<InputOf<EmailSchema['begin']>>().not.toBeAny()
  expectTypeOf<InputOf<EmailSchema['begin']>['address']>().toBeString()
  expectTypeOf<InputOf<EmailSchema['retyped']>>().not.toBeAny()
  expectTypeOf<InputOf<EmailSchema['retyped']>['address']>().toBeString()
  expectTypeOf<InputOf<EmailSchema['proof']>['code']['reveal']>().returns.toBeString()
  expectTypeOf<ViewOf<EmailSchema['setup']>>().toEqualTypeOf<CodeSentView>()
  expectTypeOf<ReturnType<Handlers['describe']>[number]['address']>().toBeString()
})

it('hands its section of the policy to the handlers', () => {
  type Start = Parameters<Handlers['begin']>[0]
  expectTypeOf<Start['policy']['domains']>().toEqualTypeOf<string[]>()
})

it('refuses codes of another plugin', () => {
  expectTypeOf<{ ok: false; refused: 'phone.unreachable' }>().not.toExtend<
    Awaited<ReturnType<Handlers['verify']>>
  >()
})
