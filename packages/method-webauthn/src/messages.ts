import type { Messages } from '@security-info/core'
import { de } from './messages-de.ts'

const again = 'Begin again.'

export const messages: Messages<'webauthn'> = {
  en: {
    title: 'Security key',
    description:
      'A security key, or a passkey on your phone or computer. It cannot be tricked by a fake web site.',
    setup:
      'Your browser asks you for a security key or a passkey. Follow what it says; you give it a name afterwards.',
    prompt: 'Your browser asks for your security key or passkey. Follow what it says.',
    'way.key': 'Security key or passkey',
    'webauthn.clientData': `What the browser sent can't be read. ${again}`,
    'webauthn.attestationObject': `What the key sent can't be read. ${again}`,
    'webauthn.authenticatorData': `What the key sent can't be read. ${again}`,
    'webauthn.type': 'This is the answer of a "{came}", expected "{expected}". Begin again.',
    'webauthn.challenge':
      'The key answered another question ({came}) than the one that was asked ({expected}). Begin again, and answer with what you get then.',
    'webauthn.origin':
      'The key was used on {came}, expected {expected}. Is it the right web site? Open it from your bookmarks and begin again.',
    'webauthn.crossOrigin':
      'The key was used inside a frame of another web site, which is not allowed. Open the page by itself and begin again.',
    'webauthn.topOrigin':
      'The key was used inside a frame of {came}; allowed are: {expected}. Open the page by itself and begin again.',
    'webauthn.rpId': 'The key was used for another web site, expected {expected}. Begin again on that site.',
    'webauthn.userPresence': 'The key was not touched, but it has to be. Begin again and touch it.',
    'webauthn.userVerification':
      'The key did not check who you are, but it has to. Begin again, and give it its PIN, your fingerprint or your face. A key without a PIN needs one first.',
    'webauthn.backupFlags':
      'The key says that it is backed up and that it cannot be, which contradicts itself. Use another one.',
    'webauthn.backupEligibility':
      'The key says of being backed up something else than when it was registered. Use another one, and register this one anew.',
    'webauthn.algorithm':
      'The key signs with the algorithm {came}, expected one of {expected}. Use another key, or update its software.',
    'webauthn.publicKey': `The key sent a public key that is none. ${again} Should it happen again, use another one.`,
    'webauthn.inconsistent': `Two parts of the answer contradict each other. ${again} Send what the browser gave as it is.`,
    'webauthn.credentialId': 'The key sent an id of more than 1023 bytes. Use another one.',
    'webauthn.format':
      'The make of the key is attested in the format "{came}", expected one of {expected}. Use another key.',
    'webauthn.attestation':
      'The attestation of the key, in the format "{format}", is not right. Begin again; should it happen again, use another key.',
    'webauthn.attestationMissing':
      'Your organisation takes only keys that prove their make with a certificate; this one gave: {came}. Begin again and let the browser show the make, or use a key of your organisation.',
    'webauthn.attestationUntrusted':
      'Your organisation does not know who made this key. Use a key of your organisation.',
    'webauthn.aaguid':
      'Keys of this model ({came}) are not allowed by your organisation. Use a key of your organisation.',
    'webauthn.unknownCredential':
      'This key is not registered here, or was removed. Begin again and use one that is.',
    'webauthn.userHandle': 'This key belongs to somebody else. Begin again and use your own.',
    'webauthn.signature': `The signature of the key is not right. ${again}`,
    'webauthn.counter':
      'The counter of the key is {came}, but has been {expected} before: there may be a copy of it. Prove it is you in another way, then remove the key and register it anew.',
  },
  de,
}
