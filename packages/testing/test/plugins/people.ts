/** How people with these kinds behave: what the conformance kit is told of them. */
import type { Plugin } from '@security-info/core'
import type { Conformance } from '../../src/index.ts'
import { type CourierHandlers, courier } from './courier.ts'
import { gossip } from './gossip.ts'
import { quiz } from './quiz.ts'
import { type SealHandlers, seal } from './seal.ts'

interface House {
  readonly house: string
}
let houses = 0
const code = {
  answer: async (_device: unknown, _step: unknown, _now: unknown, sent: string) => ({ code: sent }),
  wrong: { code: '000000' },
  malformed: [{ code: '' }, { code: '12345' }, { code: '12345a' }],
}
export const couriers = (
  flaw?: (right: CourierHandlers) => Partial<CourierHandlers>,
): Conformance<House> => ({
  ...code,
  plugin: () => courier(flaw),
  begin: () => ({ house: `house-number-${10_000 + ++houses}` }),
  retype: { registered: ({ house }) => ({ house }), stranger: { house: 'house-number-99999' } },
  enroll: async (_step, _now, sent, begun) => ({ device: begun as House, proof: { code: sent } }),
  secrets: ({ house }) => [house],
})

interface Ring {
  readonly name: string
  readonly secret: string
}
let rings = 0
export const seals = (flaw?: (right: SealHandlers) => Partial<SealHandlers>): Conformance<Ring> => ({
  plugin: () => seal(flaw),
  setup: '... on SealSetup { nonce }',
  prompt: '... on SealPrompt { nonce names }',
  async enroll({ nonce }) {
    const device = { name: `ring ${++rings}`, secret: `secret of ring ${rings}` }
    return { device, proof: { ...device, nonce } }
  },
  answer: async ({ secret }, { nonce }) => ({ answer: `${secret}:${String(nonce)}` }),
  wrong: ({ flow }) =>
    flow === 'enrollment' ? { name: 'no', secret: 'no', nonce: 'no' } : { answer: 'n:o' },
  malformed: ({ flow }) =>
    flow === 'enrollment' ? [{ name: '', secret: 'no', nonce: 'no' }] : [{ answer: 'no' }],
  secrets: ({ secret }) => [secret],
})

/** Seals that count for a password reset as well. */
export const resetSeals = (
  flaw?: (right: SealHandlers) => Partial<SealHandlers>,
  more: Partial<Plugin> = {},
): Conformance<Ring> => ({
  ...seals(),
  plugin: () => ({ ...seal(flaw, ['TWO_FACTOR', 'PASSWORD_RESET']), ...more }),
})

interface Answers {
  readonly [question: string]: string
}
let answerers = 0
const inOrder = (device: Answers, questions: unknown) => ({
  answers: (questions as string[]).map((question) => device[question]),
})
export const quizzes = (flaw?: Parameters<typeof quiz>[0]): Conformance<Answers> => ({
  plugin: () => quiz(flaw),
  setup: '... on QuizSetup { all: questions }',
  prompt: '... on QuizPrompt { some: questions }',
  async enroll({ all }) {
    const person = ++answerers
    const device = Object.fromEntries((all as string[]).map((one) => [one, `${one} of person ${person}`]))
    return { device, proof: inOrder(device, all) }
  },
  answer: async (device, { some }) => inOrder(device, some),
  wrong: ({ step: { some } }) => ({ answers: (some as string[]).map(() => 'no') }),
  // One answer is one too few only where the form says so.
  malformed: ({ flow }) => [{ answers: [] }, ...(flow === 'enrollment' ? [{ answers: ['one'] }] : [])],
  secrets: (device) => Object.values(device),
})

export const gossips: Conformance<object> = {
  ...code,
  plugin: gossip,
  setup: '... on GossipSetup { code }',
  prompt: '... on GossipPrompt { code }',
  enroll: async (step) => ({ device: {}, proof: { code: step.code } }),
  answer: async (_device, step) => ({ code: step.code }),
  secrets: () => [],
}
