import type { Registered } from '@security-info/core'
import { expect } from 'vitest'
import type { Suite } from './suite.ts'

/**
 * A reset asks for people who may not exist, so a challenge of nobody has to look like one of somebody. The API does not ask
 * that yet: the handlers are asked, with what a real enrolment has left.
 */
export function checkDecoy<Device>({ method, check, skip, rigged }: Suite<Device>): void {
  for (const { id: way, usedFor, channel } of method.ways) {
    const title = `asks nobody the same as somebody, by ${way}`
    if (!usedFor.includes('PASSWORD_RESET')) {
      skip(title, 'this way is not used for PASSWORD_RESET, and sign-in knows its people')
      continue
    }
    check(title, async () => {
      const rig = await rigged()
      const { client } = await rig.newcomer()
      const { methodId } = await rig.enroll(client)
      const { handlers, start, stored, counter } = rig.watched
      if (!handlers || !start || !stored) throw new Error('The enrolment went past the handlers.')
      const own: Registered<object> = { id: methodId, label: 'Own', stored, counter }
      const ask = (of: readonly Registered<object>[]) => handlers.challenge({ ...start, way }, of, {})

      const [somebody, nobody, again] = [await ask([own]), await ask([]), await ask([])]
      if (!('view' in somebody)) throw new Error(`${way} refuses its owner: ${somebody.refused}`)
      if (!('view' in nobody)) throw new Error(`${way} refuses nobody: ${nobody.refused}`)
      expect(nobody, 'a decoy sends nothing').not.toHaveProperty('deliver')
      expect(shapeOf(nobody.view)).toEqual(shapeOf(somebody.view))
      if (channel === undefined) return
      expect(somebody, 'a code goes to the method').toHaveProperty('deliver.to')
      expect(again, 'asked twice, nobody has the same address').toHaveProperty('view', nobody.view)
    })
  }
}

/** What can be told of a value without knowing it: its keys, types, and whether it is empty. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : ['list of', shapeOf(value[0])]
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const fields = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(fields.map(([key, one]) => [key, shapeOf(one)]))
}
