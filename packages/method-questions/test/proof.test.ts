import { describe, expect, it } from 'vitest'
import { createHandlers } from '../src/handlers.ts'
import { ANSWERS, createDeps, given } from './deps.ts'

describe('The form of a proof', () => {
  const { proof } = createHandlers(createDeps()).inputs ?? {}
  const three = Object.fromEntries(Object.entries(ANSWERS).slice(0, 3))
  const faultsOf = (answers: object) =>
    proof?.safeParse({ answers }).error?.issues.map(({ path }) => path.map(String))

  it('is left as it came where it is right', () => {
    expect(faultsOf(given(three))).toBeUndefined()
    expect(faultsOf(given(ANSWERS))).toBeUndefined()
    expect(proof?.parse({ answers: given(three) })).toEqual({ answers: given(three) })
  })

  it.each([
    ['no answer', [], ['answers']],
    ['too few', given({ a: 'xyz', b: 'xyz' }), ['answers']],
    ['too many', given({ ...ANSWERS, more: 'xyz' }), ['answers']],
    ['an empty one', given({ ...three, 'cuddly-toy': '' }), ['answers', '1', 'answer']],
    [
      'one that shows nothing',
      given({ ...three, 'cuddly-toy': ' \u200b\u3164 ' }),
      ['answers', '1', 'answer'],
    ],
    ['one too short', given({ ...three, 'cuddly-toy': ' ab ' }), ['answers', '1', 'answer']],
    ['one too long', given({ ...three, 'hiding-place': 'x'.repeat(41) }), ['answers', '2', 'answer']],
    [
      'a question twice',
      [...given(three), ...given({ 'cuddly-toy': 'other' })],
      ['answers', '3', 'question'],
    ],
  ])('is told by the path of what is wrong with it: %s', (_what, answers, path) => {
    expect(faultsOf(answers)).toContainEqual(path)
  })

  it('is told without repeating an answer', () => {
    const message = proof?.safeParse({ answers: given({ ...three, 'cuddly-toy': 'x'.repeat(50) }) }).error
      ?.message
    expect(message).toMatch(/3 to 40 characters, got 50/)
    expect(message).not.toContain('xxx')
  })
})
