import type { InputOf, ViewOf } from '@security-info/core'
import { expectTypeOf, it } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import type { PhonePolicy } from '../src/policy.ts'
import type { PhoneSchema } from '../src/schema.ts'

type Handlers = ReturnType<typeof createHandlers>

it('infers inputs, views and details from the schema, never as any', () => {
  expectTypeOf<InputOf<PhoneSchema['begin']>>().not.toBeAny()
  expectTypeOf<InputOf<PhoneSchema['begin']>['number']>().toBeString()
  expectTypeOf<InputOf<PhoneSchema['retyped']>>().not.toBeAny()
  expectTypeOf<InputOf<PhoneSchema['retyped']>['number']>().toBeString()
  expectTypeOf<InputOf<PhoneSchema['proof']>['code']['reveal']>().returns.toBeString()
  expectTypeOf<ViewOf<PhoneSchema['setup']>>().not.toBeAny()
  expectTypeOf<ViewOf<PhoneSchema['prompt']>['destination']>().toBeString()
  expectTypeOf<ReturnType<Handlers['describe']>[number]['primary']>().toBeBoolean()
})

it('knows the policy, and refuses codes of another plugin', () => {
  expectTypeOf<Parameters<Handlers['begin']>[0]['policy']>().toEqualTypeOf<PhonePolicy>()
  expectTypeOf<PhonePolicy['region']>().not.toBeAny()
  expectTypeOf<{ ok: false; refused: 'totp.replayed' }>().not.toExtend<
    Awaited<ReturnType<Handlers['verify']>>
  >()
})
