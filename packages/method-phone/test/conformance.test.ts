import { describeMethod } from '@security-info/testing'
import { phone } from '../src/index.ts'

interface Handset {
  readonly number: string
}

/** Nobody registers a number twice: each enrolment is of another one. */
let last = 5_550_000
const nextNumber = () => `+1201${++last}`

describeMethod<Handset>('phone', {
  plugin: () => phone({ limits: { perPrefix: { verified: { ratio: 0 } } } }),
  begin: () => ({ number: nextNumber() }),
  setup: '... on CodeSent { destination delivery codeLength }',
  enroll: async (_step, _now, code, input) => ({ device: input as Handset, proof: { code } }),
  answer: async (_device, _step, _now, code) => ({ code }),
  wrong: { code: '000000' },
  malformed: [
    { code: '' },
    { code: '1' },
    { code: '12345' },
    { code: '1234567' },
    { code: '１２３４５６' },
    { code: '12345a' },
  ],
  // As it is dialled, and not as it was kept.
  retype: {
    registered: ({ number }) => ({ number: number.replace(/^\+1(...)(...)/, '($1) $2-') }),
    stranger: { number: '(201) 556-9999' },
  },
  secrets: ({ number }) => [number, number.slice(1)],
})
