import type { InputOf, ViewOf } from '@security-info/core'
import { expectTypeOf, it } from 'vitest'
import type { createHandlers } from '../src/handlers.ts'
import type { CreationOptions } from '../src/request.ts'
import type { WebauthnSchema } from '../src/schema.ts'

type Handlers = ReturnType<typeof createHandlers>

// Without its bare imports, core's builder silently becomes `any` in another package, and with it everything here.
it('infers inputs and views from the schema, never as any', () => {
  expectTypeOf<InputOf<WebauthnSchema['confirm']>>().not.toBeAny()
  expectTypeOf<InputOf<WebauthnSchema['confirm']>['response']['attestationObject']>().toBeString()
  expectTypeOf<InputOf<WebauthnSchema['proof']>['response']['signature']>().toBeString()
  expectTypeOf<InputOf<WebauthnSchema['proof']>['clientExtensionResults']>().toEqualTypeOf<
    Record<string, unknown> | null | undefined
  >()
  expectTypeOf<ViewOf<WebauthnSchema['setup']>['options']>().toEqualTypeOf<CreationOptions>()
})

it('refuses codes of another plugin, and details the schema does not have', () => {
  type Verdict = Awaited<ReturnType<Handlers['verify']>>
  expectTypeOf<{ ok: false; refused: 'totp.replayed' }>().not.toExtend<Verdict>()
  expectTypeOf<{ ok: false; refused: 'webauthn.counter' }>().toExtend<Verdict>()
  expectTypeOf<ReturnType<Handlers['describe']>[number]['synced']>().toBeBoolean()
})
