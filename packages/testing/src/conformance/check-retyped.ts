import type { Registered, Retyped } from '@security-info/core'
import { expect } from 'vitest'
import { type Alone, alone } from './alone.ts'
import { bare } from './leak.ts'
import { patternOf, shapeOf } from './shape.ts'
import { type Suite, sentWays } from './suite.ts'

/** A number or address that is typed again in a reset: found where it is registered, and else the same for everybody. */
export function checkRetyped<Device>(suite: Suite<Device>): void {
  for (const { id: way, usedFor } of sentWays(suite)) {
    if (!usedFor.includes('PASSWORD_RESET')) continue
    suite.check(`finds what its owner types again, by ${way}`, async () =>
      finds(suite, await typing(suite, way)),
    )
    suite.check(`tells nobody whether what is typed again is registered, by ${way}`, async () =>
      tellsNobody(await typing(suite, way)),
    )
  }
}

interface Typing {
  readonly own: Registered<object>
  readonly start: Alone<unknown>['start']
  /** What the handler says to the owner's text, or to a stranger's, of somebody with these methods. */
  type(what: 'registered' | 'stranger', of: readonly Registered<object>[]): Retyped
}

async function typing<Device>(suite: Suite<Device>, way: string): Promise<Typing> {
  const { retype } = suite.conformance
  if (!retype) throw new Error('Say in `retype` what people type again in a password reset.')
  const { handlers, own, start, retyped, device } = await alone(suite, way, 'PASSWORD_RESET')
  return {
    own,
    start,
    type(what, of) {
      const given = what === 'registered' ? retype.registered(device) : retype.stranger
      const found = handlers.retyped?.(start, of, retyped(given))
      if (found && 'countedAs' in found) return found
      throw new Error(`What is typed again was refused: ${found?.refused ?? 'there is no handler'}.`)
    },
  }
}

async function finds<Device>(suite: Suite<Device>, { own, start, type }: Typing): Promise<void> {
  const { own: others } = await alone(suite, start.way, 'PASSWORD_RESET')
  const other = { ...others, id: 'another' }
  for (const methods of [[own], [other, own], [own, other]]) {
    expect(type('registered', methods).methodId).toBe(own.id)
    expect(type('stranger', methods).methodId, "a stranger's").toBeUndefined()
  }
  expect(type('registered', [other]).methodId, "somebody else's").toBeUndefined()
  expect(type('registered', []).methodId, "nobody's").toBeUndefined()
}

async function tellsNobody({ own, type }: Typing): Promise<void> {
  for (const what of ['registered', 'stranger'] as const) {
    const [somebody, nobody] = [type(what, [own]), type(what, [])]
    expect(somebody.view, 'it follows from what was typed').toEqual(nobody.view)
    // Codes are counted by it: the one as the other.
    expect(somebody.countedAs).toBe(nobody.countedAs)
    expect(bare(nobody.view.destination).includes(bare(nobody.countedAs)), 'the full address').toBe(false)
  }
  const [registered, stranger] = [type('registered', [own]), type('stranger', [own])]
  expect(shapeOf(stranger.view)).toEqual(shapeOf(registered.view))
  expect(patternOf(stranger.view.destination)).toBe(patternOf(registered.view.destination))
}
