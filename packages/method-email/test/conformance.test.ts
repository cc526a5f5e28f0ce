import { describeMethod } from '@security-info/testing'
import { email } from '../src/index.ts'

let people = 0

describeMethod<{ readonly address: string }>('email', {
  plugin: () => email(),
  begin: () => ({ address: `ada.${++people}@mail.example.org` }),
  enroll: async (_step, _now, code, begun) => ({
    device: begun as { readonly address: string },
    proof: { code },
  }),
  answer: async (_device, _step, _now, code) => ({ code }),
  wrong: { code: '000000' },
  malformed: [
    { code: '' },
    { code: '12345' },
    { code: '1234567' },
    { code: '１２３４５６' },
    { code: '12345a' },
    { code: '12 34' },
  ],
  retype: {
    registered: ({ address }) => ({ address: address.toUpperCase() }),
    stranger: { address: 'BOB.1@MAIL.EXAMPLE.ORG' },
  },
  secrets: ({ address }) => [address],
})
