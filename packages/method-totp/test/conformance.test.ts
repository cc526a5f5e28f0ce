import { describeMethod } from '@security-info/testing'
import { totp } from '../src/index.ts'
import { type Authenticator, authenticatorFrom, codeAt } from './authenticator.ts'

describeMethod<Authenticator>('totp', {
  plugin: () => totp(),
  setup: '... on TotpSetup { manualKey }',
  async enroll(step, now) {
    const device = authenticatorFrom(step.manualKey)
    return { device, proof: { code: await codeAt(device, now) } }
  },
  answer: async (device, _step, now) => ({ code: await codeAt(device, now) }),
  wrong: { code: '000000' },
  malformed: [
    { code: '' },
    { code: '1' },
    { code: '12345' },
    { code: '1234567' },
    { code: '１２３４５６' },
    { code: '12345a' },
  ],
  secrets: ({ secret }) => [secret, secret.replace(/(.{4})(?=.)/g, '$1 ')],
})
