import type { InputOf, ViewOf } from '@security-info/core'
import { expectTypeOf, it } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import type { TotpSchema } from '../src/schema.ts'

type Handlers = ReturnType<typeof createHandlers>

// Without its bare imports, core's builder silently becomes `any` in another package, and with it everything here.
it('infers inputs and views from the schema, never as any', () => {
  expectTypeOf<InputOf<TotpSchema['proof']>>().not.toBeAny()
  expectTypeOf<InputOf<TotpSchema['proof']>['code']['reveal']>().returns.toBeString()
  expectTypeOf<ViewOf<TotpSchema['setup']>>().not.toBeAny()
  expectTypeOf<ViewOf<TotpSchema['setup']>['manualKey']>().toBeString()
})

it('refuses codes of another plugin, and details the schema does not have', () => {
  expectTypeOf<{ ok: false; refused: 'phone.unreachable' }>().not.toExtend<
    Awaited<ReturnType<Handlers['verify']>>
  >()
  expectTypeOf<{ ok: false; refused: 'totp.replayed' }>().toExtend<Awaited<ReturnType<Handlers['verify']>>>()
  expectTypeOf<ReturnType<Handlers['describe']>[number]['algorithm']>().toBeString()
})
