/** Checks that come at the same moment are looked up together, and each has its own answer. */
import { eachDatabase } from '@security-info/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createBatches } from '../src/check/batches.ts'
import { made, revoke } from './documents.ts'
import { ask, json, opened, openWorld } from './world.ts'

eachDatabase('Checks at the same moment', (open) => {
  it('H24: have each their own answer, whoever else asks, and share a statement', async () => {
    const database = await open()
    const world = await openWorld(database)
    const people = [await opened(world), await opened(world), await opened(world)]
    const [ada, bob, cy] = people.map(({ right }) => right)
    if (!ada || !bob || !cy) throw new Error('Nobody is there.')
    const { password: imapOnly } = await made(people[0]?.client ?? world.client(), { scopes: ['imap'] })
    const gone = await made(people[1]?.client ?? world.client())
    await revoke(people[1]?.client ?? world.client(), gone.appPassword.id)
    const wrongNames = [
      'nobody@example.test',
      '\ud800',
      'a\0b',
      '"}]\'',
      '\u001f',
      '\\u0000',
      'x'.repeat(5000),
    ]
    const questions = [
      ...people.map(({ right }) => [right, true] as const),
      ...people.map(({ right }) => [{ ...right, scope: 'smtp' }, true] as const),
      [{ ...ada, password: imapOnly }, true] as const,
      [{ ...ada, password: imapOnly, scope: 'smtp' }, false] as const,
      [{ ...bob, password: gone.password }, false] as const,
      [{ ...bob, password: cy.password }, false] as const,
      ...wrongNames.map((username) => [{ ...ada, username }, false] as const),
    ]
    const verdict = async (question: object): Promise<unknown> => {
      const asked = { scope: 'imap', address: '203.0.113.7', client: 'Mail', ...question }
      const { ok } = (await (await ask(world, json(asked))).json()) as { readonly ok: unknown }
      return ok
    }
    const verdicts = (list: typeof questions) => Promise.all(list.map(([question]) => verdict(question)))
    const right = questions.filter(([, isRight]) => isRight)
    // The first use of each is written down; after that, nothing is written.
    for (const [question] of right) await verdict(question)
    const known = Array.from({ length: 5 }, () => right).flat()
    const statements = await database.statements.count(async () => {
      expect(await verdicts(known)).toEqual(known.map(() => true))
    })
    expect(statements).toBeLessThan(known.length / 2)

    const all = Array.from({ length: 3 }, () => questions).flat()
    const shuffled = all.map((one, at) => [one, (at * 7919) % all.length] as const)
    const order = shuffled.sort(([, one], [, other]) => one - other).map(([one]) => one)
    expect(await verdicts(order)).toEqual(order.map(([, isRight]) => isRight))
  })
})

describe('Batches', () => {
  it('take what came meanwhile, a hundred at most, in order', async () => {
    const sizes: number[] = []
    const lookUp = createBatches(async (asked: readonly number[]) => {
      sizes.push(asked.length)
      return asked.map((one) => one * 2)
    })
    const all = Array.from({ length: 250 }, (_, one) => one)
    expect(await Promise.all(all.map(lookUp))).toEqual(all.map((one) => one * 2))
    expect(sizes).toEqual([100, 100, 50])
    expect(await lookUp(4)).toBe(8)
  })

  it('fail together where the statement fails, or where answers are missing; the next goes on', async () => {
    const outcomes: (() => Promise<number[]>)[] = [
      async () => {
        throw new Error('no connection')
      },
      async () => [1],
      async () => [1, 2],
    ]
    const lookUp = createBatches(async () => (await outcomes.shift()?.()) ?? [])
    const both = () => Promise.allSettled([lookUp('a'), lookUp('b')])
    expect(await both()).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    expect(await both()).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    expect(await both()).toMatchObject([{ value: 1 }, { value: 2 }])
  })

  it('M5: nobody waits for ever for a statement that is not heard of, and not too many wait', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    let heard = false
    const lookUp = createBatches((asked: readonly number[]) =>
      heard ? Promise.resolve([...asked]) : new Promise<number[]>(() => {}),
    )
    const first = lookUp(1).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(1)
    const waiting = Array.from({ length: 5000 }, (_, one) => lookUp(one))
    await expect(lookUp(0)).rejects.toMatchObject({ extensions: { code: 'OVERLOADED' } })
    heard = true
    await vi.advanceTimersByTimeAsync(5000)
    expect(await first).toMatchObject({ extensions: { code: 'OVERLOADED' } })
    expect(await Promise.all(waiting)).toHaveLength(5000)
  })
})
