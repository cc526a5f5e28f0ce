import { type Deps, overloaded, type Secret } from '@security-info/core'
import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { ANSWERS, CHEAP, createDeps, createHashes, registered } from './deps.ts'
import { type Answers, actions, nextOf, REFUSED, rightTo } from './set.ts'

const asked = ['first-desk-mate', 'cuddly-toy', 'hiding-place']
const walkWith = (hashes: Deps['hashes']) => actions(createHandlers(createDeps({ hashes })))

/** Somebody who registered before the pepper was replaced, and what happens with hashes now. Real argon2id. */
async function scene(section: object = {}, answers: Answers = ANSWERS) {
  const [first, second] = [createHashes(CHEAP), createHashes(CHEAP)]
  const set = await walkWith(first).register(section, answers)
  const calls = { hash: 0, matches: 0, isOutdated: 0 }
  /** How many more can be hashed before it is too much. */
  const room = { left: Number.POSITIVE_INFINITY }
  const now = {
    async hash(secret: Secret) {
      calls.hash++
      if (room.left-- <= 0) throw overloaded()
      return `second:${await second.hash(secret)}`
    },
    matches(hash: string, secret: Secret) {
      calls.matches++
      const [, own] = hash.split('second:')
      return own === undefined ? first.matches(hash, secret) : second.matches(own, secret)
    },
    async isOutdated(hash: string) {
      calls.isOutdated++
      return !hash.startsWith('second:')
    },
  }
  const walk = walkWith(now)
  // What stands in for the hash of a decoy is made once.
  await walk.verify(asked, [], {})
  const callsOf = async (work: () => Promise<unknown>) => {
    Object.assign(calls, { hash: 0, matches: 0, isOutdated: 0 })
    await work()
    return { ...calls }
  }
  return { set, first, now, room, callsOf, ...walk }
}

/** The set as it is to be kept from now on. */
function movedBy(verdict: Awaited<ReturnType<Awaited<ReturnType<typeof scene>>['verify']>>) {
  if (!verdict.ok || !verdict.stored) throw new Error('Nothing is to be kept.')
  return registered(verdict.stored)
}
const versionsOf = ({ stored }: ReturnType<typeof registered>) =>
  stored.answers.map(({ hash }) => (hash.startsWith('second:') ? 2 : 1))
const PROVEN = { ok: true, methodId: 'set' }

describe('A right proof', () => {
  it('C22: moves the answers that were given over to the newest pepper, and leaves the others', async () => {
    const { set, verify, callsOf } = await scene()
    const moved = movedBy(await verify(asked, [set], rightTo(asked)))
    expect(versionsOf(moved)).toEqual([2, 2, 2, 1, 1])
    expect(moved.stored.answers.map(({ question }) => question)).toEqual(Object.keys(ANSWERS))
    expect(moved.stored.answers.slice(3)).toEqual(set.stored.answers.slice(3))

    const again = await callsOf(async () =>
      expect(await verify(asked, [moved], rightTo(asked))).toEqual(PROVEN),
    )
    expect(again, 'once').toEqual({ hash: 0, matches: 3, isOutdated: 3 })
    const slip = { ...rightTo(asked), 'cuddly-toy': 'wrong one' }
    expect(await verify(asked, [moved], slip)).toMatchObject(REFUSED)
    const others = Object.keys(ANSWERS).slice(2)
    const all = movedBy(await verify(others, [moved], rightTo(others)))
    expect(versionsOf(all)).toEqual([2, 2, 2, 2, 2])
    expect(all.stored.answers.slice(0, 3), 'not hashed again').toEqual(moved.stored.answers.slice(0, 3))
    expect(await verify(others, [all], rightTo(others))).toEqual(PROVEN)
  })

  it('C22: hashes the normal form anew, and keeps the words of an own question', async () => {
    const text = { en: 'Where was your first office?' }
    const section = { register: 3, custom: [{ id: 'first-office', text }] }
    const answers = { ...rightTo(asked.slice(0, 2)), 'first-office': 'Attic Seven' }
    const { set, verify } = await scene(section, answers)
    const drawn = Object.keys(answers)
    const moved = movedBy(await verify(drawn, [set], { ...answers, 'first-office': ' ATTIC  seven\u200b ' }))
    expect(versionsOf(moved)).toEqual([2, 2, 2])
    expect(moved.stored.answers[2]).toMatchObject({ question: 'first-office', text })
    expect(await verify(drawn, [moved], answers)).toEqual(PROVEN)
  })

  it.each([0, 1, 2])(
    'C22: stays right where only %i can be hashed, and all stays as it was',
    async (left) => {
      const { set, verify, room } = await scene()
      room.left = left
      expect(await verify(asked, [set], rightTo(asked))).toEqual(PROVEN)
      room.left = 3
      expect(versionsOf(movedBy(await verify(asked, [set], rightTo(asked))))).toEqual([2, 2, 2, 1, 1])
    },
  )

  it('C22: stays right where nobody can say what is outdated', async () => {
    const { set, now } = await scene()
    const { hash, matches } = now
    const isOutdated = () => Promise.reject(new Error('no connection'))
    const answer = walkWith({ hash, matches, isOutdated }).verify(asked, [set], rightTo(asked))
    expect(await answer).toEqual(PROVEN)
  })
})

describe('A wrong proof', () => {
  it('C22: costs as much whatever pepper the answers have, and whether there are any', async () => {
    const { set, verify, callsOf } = await scene()
    const mixed = movedBy(await verify(asked, [set], rightTo(asked)))
    const all = Object.keys(ANSWERS)
    const moved = movedBy(await verify(all, [set], rightTo(all), { answer: 5 }))
    const proofs: readonly (readonly [Answers, object?])[] = [
      [{ ...rightTo(asked), 'hiding-place': 'wrong one' }],
      [Object.fromEntries(asked.map((id) => [id, 'wrong one']))],
      [rightTo(asked.slice(1))],
      [rightTo([...asked, 'feared-teacher'])],
      // All right, and not enough of them any more.
      [rightTo(asked), { answer: 5 }],
    ]
    for (const sets of [[set], [mixed], [moved], []]) {
      for (const [answers, section] of proofs) {
        const calls = await callsOf(async () => {
          const verdict = await verify(asked, sets, answers, section)
          expect(verdict).toMatchObject(REFUSED)
          expect(verdict).not.toHaveProperty('stored')
          expect(nextOf(verdict).length).toBeGreaterThanOrEqual(3)
        })
        expect(calls, JSON.stringify([sets.length, answers])).toEqual({ hash: 0, matches: 3, isOutdated: 0 })
      }
    }
  })
})
