/** The first section: by password, or with nothing but a passkey. */
import { useCredential } from './ceremony.js'
import { BEGIN_PASSKEY, FINISH, SIGN_IN, SIGN_IN_WITH_PASSKEY, SIGN_OUT } from './documents.js'
import { ask, forgetSession, newPerson } from './gateway.js'

const form = document.getElementById('password-form')
const field = (name) => form.elements.namedItem(name)

export function fillIn({ identifier, password }) {
  field('identifier').value = identifier
  field('password').value = password
}

export async function signInByPassword() {
  const input = { identifier: field('identifier').value, password: field('password').value }
  await ask(SIGN_IN, { input })
  return 'Signed in.'
}

/** The fields keep name and password, so that the same person can sign in again. */
export async function signInAsSomebodyNew() {
  const person = await newPerson()
  fillIn(person)
  await ask(SIGN_IN, { input: { identifier: person.identifier, password: person.password } })
  return `This is ${person.identifier}. Name and password stay filled in until you reload.`
}

/** The gateway does not know whom it asks; the credential says whose it is. */
export async function signInByPasskey() {
  const { begun, step } = await ask(BEGIN_PASSKEY)
  const proof = { webauthn: await useCredential(step.request) }
  await ask(SIGN_IN_WITH_PASSKEY, { input: { token: begun, proof } })
  return 'Signed in with a passkey: no name, no password, and it counts as two factors.'
}

export async function finish() {
  await ask(FINISH)
  return 'That is a full session. Sign out, and try your key: after the password, or without one.'
}

export async function signOut() {
  try {
    await ask(SIGN_OUT)
  } finally {
    forgetSession()
  }
  return 'Signed out.'
}
