import { ConfigurationFault } from '@security-info/core'
import { eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { listed, openCompany, SHOWN, steps } from './company.ts'
import { ANSWERS } from './deps.ts'

const METHODS =
  '{ viewer { securityInfo { methods { id kind hint usedFor ... on QuestionsMethod { questions } } } } }'
const own = { id: 'own', text: { en: 'Which door sticks?', de: 'Welche Tür klemmt?' } }

eachDatabase('Questions, from the first look to the set that replaces it', (open) => {
  /** Somebody new in the wizard. */
  async function wizard(section: object = {}, locale = 'en') {
    const gateway = await openCompany(await open(), section)
    const person = await gateway.person()
    const client = gateway.client({ locales: [locale] })
    await client.signIn(person)
    const methods = async () => {
      const viewer = await client.ask<{ securityInfo: { methods: readonly { readonly id: string }[] } }>(
        METHODS,
      )
      return viewer.securityInfo.methods
    }
    return { gateway, person, client, methods, ...steps(client) }
  }

  it('shows what may be chosen and by which rules, in the language of the request', async () => {
    const { begin, gateway, person } = await wizard({ register: 4, custom: [own] })
    const { enrollment } = await begin()
    const numbers = { toRegister: 4, toAnswer: 3, minLength: 3, maxLength: 40 }
    expect(enrollment?.step).toMatchObject({ __typename: 'QuestionsSetup', ...numbers })
    const shown = enrollment?.step.questions as readonly object[]
    expect(shown).toHaveLength(36)
    expect(shown.at(-1)).toEqual({ id: 'own', text: 'Which door sticks?' })

    const german = gateway.client({ locales: ['de-AT', 'en'] })
    await german.signIn(person)
    const anew = await german.beginEnrollment({ method: { questions: {} } }, SHOWN)
    const texts = anew.enrollment?.step.questions as readonly { readonly text: string }[]
    expect(texts[0]?.text).toMatch(/^Wie hieß das Kind/)
    expect(texts.at(-1)?.text).toBe('Welche Tür klemmt?')
  })

  it('says in words and by path what is wrong with answers, which costs no attempt', async () => {
    const { begin, confirm, gateway } = await wizard()
    const { enrollment } = await begin()
    const answering = (answer: string) => listed({ ...ANSWERS, 'hiding-place': answer })
    const wrong: readonly [
      answers: readonly object[],
      path: readonly string[],
      code: string,
      message: RegExp,
    ][] = [
      [listed(ANSWERS).slice(1), [], 'count', /^Expected 5 answers, got 4\. Choose 5/],
      [
        [...listed(ANSWERS).slice(1), { question: 'mine', answer: 'x' }],
        ['4', 'question'],
        'unknown',
        /^Answer 5/,
      ],
      [answering('ab'), ['2', 'answer'], 'tooShort', /^Answer 3 has 2 characters.* 3 to 40\./],
      [answering('nobody'), ['2', 'answer'], 'tooCommon', /^Answer 3 is one of those that are tried first/],
      [answering('als Kind'), ['2', 'answer'], 'inQuestion', /^Answer 3 stands in its question/],
      [answering('The Test Person'), ['2', 'answer'], 'inProfile', /^Answer 3 is a part of your name/],
      [answering('sir humphrey'), ['2', 'answer'], 'answerTwice', /^Answer 3 is the same as another/],
    ]
    for (const [answers, path, code, message] of wrong) {
      const refused = await confirm(enrollment?.id, answers)
      expect(refused).toMatchObject({ __typename: 'InvalidInput', code: `questions.${code}` })
      expect(refused.path).toEqual(['proof', 'questions', 'answers', ...path])
      expect(refused.message).toMatch(message)
    }
    expect(await confirm(enrollment?.id, listed(ANSWERS)), 'more than there are attempts').toHaveProperty(
      'method',
    )
    expect(await gateway.database.dump()).not.toMatch(/"enrollment.failed"/)
  })

  it('registers a set of which nothing but its size can be seen, and no answer is anywhere', async () => {
    const { begin, confirm, methods, gateway, client } = await wizard({ register: 3, custom: [own] })
    const answers = { 'cuddly-toy': 'Sir Humphrey', 'feared-teacher': 'Krawuttke', own: 'Blaue Pforte' }
    const { method } = await confirm((await begin()).enrollment?.id, listed(answers))
    expect(method).toMatchObject({
      kind: 'questions',
      label: 'Set of security questions',
      usedFor: ['PASSWORD_RESET'],
    })
    const told = await methods()
    expect(told).toEqual([
      { id: method?.id, kind: 'questions', hint: null, usedFor: ['PASSWORD_RESET'], questions: 3 },
    ])
    const all = `${await gateway.database.dump()}${JSON.stringify([told, await client.securityInfo()])}`
    const forms = Object.values(answers).flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()])
    for (const secret of [...forms, 'cuddly-toy', 'feared-teacher', 'argon2']) {
      expect(all.includes(secret), secret).toBe(false)
    }
  })

  it('has one set, and another one in its place at once', async () => {
    const { begin, confirm, methods, gateway } = await wizard()
    const { method } = await confirm((await begin()).enrollment?.id, listed(ANSWERS))
    await gateway.database.clock.advance(60_000)
    expect(await begin()).toMatchObject({ __typename: 'LimitReached', limit: 1 })

    const { enrollment } = await begin({ replaces: method?.id })
    expect(await confirm(enrollment?.id, listed({ ...ANSWERS, 'cuddly-toy': 'x' }))).toHaveProperty('path')
    expect(
      (await methods()).map(({ id }) => id),
      'still the old one',
    ).toEqual([method?.id])
    const anew = await confirm(enrollment?.id, listed({ ...ANSWERS, 'cuddly-toy': 'Lady Penelope' }))
    expect(anew.method?.id).not.toBe(method?.id)
    expect((await methods()).map(({ id }) => id)).toEqual([anew.method?.id])
  })

  it('takes no policy that contradicts itself, and names option and fix', async () => {
    const section = { register: 3, answer: 5, predefined: ['cuddly-toy', 'no-such'], custom: [own, own] }
    // Nor does it come into force: the migration that would put it there is refused.
    const fault = await openCompany(await open(), section).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ConfigurationFault)
    const wheres = (fault as ConfigurationFault).faults.map(({ where }) => where.split('.').at(-1))
    expect(wheres).toEqual(['answer', 'predefined', 'custom', 'register'])
    expect(String(fault)).toMatch(/only 3 are registered/)
  })
})
