/** Registering, naming and removing keys. */
import { createCredential } from './ceremony.js'
import { BEGIN_ENROLLMENT, CONFIRM_ENROLLMENT, REMOVE, RENAME } from './documents.js'
import { ask } from './gateway.js'

const list = document.getElementById('methods')
const form = document.getElementById('name-form')
const label = form.elements.namedItem('label')
let naming

/**
 * Runs the ceremony and sends its answer at once: the challenge does not wait for somebody who thinks about a name, and the
 * gateway suggests one, for it alone knows the models. The name is asked for then; changing it needs no proof.
 */
export async function registerKey(attachment) {
  const { enrollment } = await ask(BEGIN_ENROLLMENT, { input: { method: { webauthn: { attachment } } } })
  const proof = { webauthn: await createCredential(enrollment.step.creation) }
  const { method } = await ask(CONFIRM_ENROLLMENT, { input: { enrollmentId: enrollment.id, proof } })
  askForName(method)
  return `It is registered as "${method.label}". Do you want to call it something else?`
}

export async function saveName() {
  const { method } = await ask(RENAME, { input: { methodId: naming, label: label.value } })
  keepName()
  return `It is called "${method.label}" now.`
}

export function keepName() {
  form.hidden = true
}

/** Puts the methods on the page; `press` makes a button of work. */
export function showMethods(methods, press) {
  document.getElementById('none').hidden = methods.length > 0
  list.replaceChildren(
    ...methods.map((method) => {
      const name = Object.assign(document.createElement('b'), { textContent: method.label })
      const facts = Object.assign(document.createElement('p'), { textContent: factsOf(method) })
      const item = document.createElement('li')
      const rename = press(`Rename ${method.label}`, 'Rename', async () => askForName(method))
      item.append(
        name,
        facts,
        rename,
        press(`Remove ${method.label}`, 'Remove', () => remove(method)),
      )
      return item
    }),
  )
}

async function remove({ id, label }) {
  await ask(REMOVE, { input: { methodId: id } })
  keepName()
  return `"${label}" was removed here. The key itself may still offer it: delete it there as well.`
}

function askForName(method) {
  naming = method.id
  label.value = method.label
  form.hidden = false
  label.focus()
  label.select()
}

function factsOf({ kind, hint, synced, model, transports, createdAt, lastUsedAt }) {
  const time = (at) => new Date(at).toLocaleString()
  const where = synced ? 'synced: on other devices too' : 'device-bound: on one device only'
  const reached = transports?.length > 0 ? `reached by ${transports.join(', ')}` : undefined
  const of = synced === undefined ? [kind, hint] : [model, where, reached]
  const used = lastUsedAt ? `last used ${time(lastUsedAt)}` : 'not used since'
  return [...of, `added ${time(createdAt)}`, used].filter(Boolean).join(' · ')
}
