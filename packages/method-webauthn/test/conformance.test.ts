import { describeMethod } from '@security-info/testing'
import { webauthn } from '../src/index.ts'
import { base64Url, create, type Device, get, type Options } from './authenticator.ts'

/** A key that answers another challenge than the one it was asked. */
const stranger = create({ challenge: 'AAAA', rp: { id: 'localhost' } })
const wrong = {
  enrollment: () => stranger.response,
  challenge: () => get(stranger.device, { challenge: 'AAAA', rpId: 'localhost' }),
}

describeMethod<Device>('webauthn', {
  plugin: () => webauthn(),
  setup: '... on WebauthnSetup { creation: options }',
  prompt: '... on WebauthnPrompt { request: options }',
  async enroll(step) {
    const { device, response } = create(step.creation as Options)
    return { device, proof: response }
  },
  answer: async (device, step) => get(device, step.request as Options),
  wrong: ({ flow }) => wrong[flow](),
  malformed({ flow }) {
    const proof = wrong[flow]()
    const response = (clientDataJSON: string) => ({
      ...proof,
      response: { ...proof.response, clientDataJSON },
    })
    return [
      { ...proof, id: '' },
      { ...proof, rawId: 'AAAA' },
      { ...proof, type: 'password' },
      response('a b'),
      response('e30'),
    ]
  },
  secrets: (device) => [device.id, device.userHandle, base64Url(device.publicKey)],
})
