import { Secret } from '@security-info/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { attempt, createDeps, createHashes, given, start, USER } from './deps.ts'
import { type Answers, actions, nextOf, REFUSED, rightTo } from './set.ts'

const hashes = createHashes()
const handlers = createHandlers(createDeps({ hashes }))
const { register, ask, verify } = actions(handlers)
beforeEach(() => {
  hashes.compared.length = 0
})

describe('The work', () => {
  it('is one comparison for each question that is asked, whatever is right', async () => {
    const set = await register()
    const asked = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
    const proofs: readonly Answers[] = [
      rightTo(asked),
      { ...rightTo(asked), 'first-desk-mate': 'wrong one' },
      Object.fromEntries(asked.map((id) => [id, 'wrong one'])),
      rightTo(['feared-teacher', 'lost-as-child', 'cuddly-toy']),
      rightTo(['nothing', 'at', 'all']),
      {},
    ]
    for (const of of [[set], []]) {
      for (const answers of proofs) {
        hashes.compared.length = 0
        await verify(asked, of, answers)
        expect(hashes.compared, JSON.stringify([of.length, answers])).toHaveLength(3)
      }
    }
  })

  it('is the same hash function for a decoy, at the same cost', async () => {
    const costs: string[] = []
    const handlersThatTell = createHandlers(
      createDeps({
        hashes: {
          ...hashes,
          matches(hashed, plain) {
            // $argon2id$v=19$m=…,t=…,p=…$salt$hash
            costs.push(hashed.split('$').slice(0, 4).join('$'))
            return hashes.matches(hashed, plain)
          },
        },
      }),
    )
    const told = actions(handlersThatTell)
    const set = await told.register()
    const asked = await told.ask([set])
    await told.verify(asked, [set], rightTo(asked))
    expect(costs).toHaveLength(3)
    await told.verify(asked, [], rightTo(asked))
    expect(costs.slice(3)).toEqual(costs.slice(0, 3))
    expect(costs[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1$/)
  })
})

describe('Somebody who has no questions', () => {
  it('is refused like somebody whose answers are wrong, and asked anew out of the same', async () => {
    const asked = await ask([])
    expect(asked).toHaveLength(3)
    const verdict = await verify(asked, [], rightTo(asked))
    expect(verdict).toEqual({ ...REFUSED, next: expect.anything() })
    const next = nextOf(verdict)
    expect(next).toHaveLength(3)
    expect(next.toSorted()).not.toEqual([...asked].toSorted())
    expect(new Set([...asked, ...next]).size).toBeLessThanOrEqual(5)
  })

  it('can not answer with what stands in for their hash', async () => {
    const still = createHandlers(createDeps({ hashes, random: (bytes) => new Uint8Array(bytes) }))
    const step = await still.challenge(start(), [], {})
    if ('ok' in step) throw new Error('refused')
    const standIn = new Uint8Array(16).join(' ')
    const answers = step.pending.asked.map((question) => ({ question, answer: new Secret(standIn) }))
    const verdict = await still.verify(attempt(step.pending), [], { answers })
    expect(verdict).toMatchObject(REFUSED)
    const own = await register()
    const asked = ['first-desk-mate', 'cuddly-toy', 'first-repair']
    const mixed = given({ ...rightTo(asked.slice(0, 2)), 'first-repair': standIn })
    expect(await still.verify(attempt({ asked }), [own], { answers: mixed })).toMatchObject(REFUSED)
  })

  it('is refused after a hash could not be made once', async () => {
    let fails = 1
    const shaky = createHandlers(
      createDeps({
        hashes: {
          ...hashes,
          hash: (secret) => (fails-- > 0 ? Promise.reject(new Error('no pepper')) : hashes.hash(secret)),
        },
      }),
    )
    const asked = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
    const proof = { answers: given(rightTo(asked)) }
    await expect(shaky.verify(attempt({ asked }), [], proof)).rejects.toThrow('no pepper')
    expect(await shaky.verify(attempt({ asked }), [], proof)).toMatchObject(REFUSED)
  })
})

it('stands for one person: another one is asked something else', async () => {
  const pools: string[] = []
  for (const userId of [USER, '0b9a4b0e-3a52-4c0f-8a51-0f4f6a8f2f11']) {
    const seen = new Set<string>()
    for (let at = 0; at < 40; at++) for (const id of await ask([], {}, userId)) seen.add(id)
    expect(seen.size).toBe(5)
    pools.push([...seen].toSorted().join(' '))
  }
  expect(pools[1]).not.toBe(pools[0])
})
