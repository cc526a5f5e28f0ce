/** The second proof: at sign-in, or because a change needs a fresh one. */
import { useCredential } from './ceremony.js'
import { BEGIN_CHALLENGE, VERIFY_CHALLENGE } from './documents.js'
import { newestCode } from './first-method.js'
import { ask, Problem } from './gateway.js'

const form = document.getElementById('code-form')
const instructions = document.getElementById('code-instructions')
const code = form.elements.namedItem('code')
let asked

/** One button for each method and way, one for all keys: any of them answers. */
export function proofChoices({ session }) {
  const isKey = ({ method }) => method.kind === 'webauthn'
  const keys = session.proofOptions.filter(isKey)
  const others = session.proofOptions.filter((option) => !isKey(option))
  const named = others.map(({ method, way }) => ({
    id: method.id,
    way,
    title: `Use ${method.label} (${way})`,
  }))
  const [key] = keys
  return key ? [{ id: key.method.id, way: key.way, title: 'Use a security key or passkey' }, ...named] : named
}

/** Runs the ceremony, or asks for a code: then the form has the rest. */
export async function prove({ id, way }) {
  form.hidden = true
  const before = await newestCode()
  const { challenge } = await ask(BEGIN_CHALLENGE, { input: { methodId: id, way } })
  const { step } = challenge
  if (step.request) return verify(challenge, await useCredential(step.request))
  asked = challenge
  instructions.textContent = step.instructions
  code.value = step.__typename === 'CodeSent' ? await codeAfter(before) : ''
  form.hidden = false
  code.focus()
  return code.value ? 'The code was read from the inbox for you.' : 'Type the code.'
}

export async function proveByCode() {
  if (!asked) throw new Problem('Choose first how you want to prove it.')
  return verify(asked, { code: code.value })
}

export function hideCodeForm() {
  form.hidden = true
  asked = undefined
}

async function verify({ id, kind }, proof) {
  await ask(VERIFY_CHALLENGE, { input: { challengeId: id, proof: { [kind]: proof } } })
  hideCodeForm()
  return 'Proven.'
}

/** A code that does not come is no reason to stop: it can be typed. */
async function codeAfter(before) {
  return (await newestCode(before).catch(() => undefined))?.code ?? ''
}
