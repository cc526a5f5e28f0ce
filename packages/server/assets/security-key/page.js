/**
 * The page to try a security key with: shows what the session allows, and runs what is pressed. Plain JavaScript for the
 * browser, without a library; the ceremonies are in `ceremony.js`.
 */
import { obstacle } from './ceremony.js'
import { setUpPhone } from './first-method.js'
import { keepName, registerKey, saveName, showMethods } from './keys.js'
import { hideCodeForm, proofChoices, prove, proveByCode } from './proof.js'
import { currentPerson, stateInWords } from './session.js'
import { fillIn, finish, signInAsSomebodyNew, signInByPasskey, signInByPassword, signOut } from './sign-in.js'

const facts = JSON.parse(document.getElementById('facts').textContent)
const at = (id) => document.getElementById(id)
const said = at('said')
/** Set while a change waits for a fresh proof. */
let proofWanted = false

const say = (text, problem = false) => {
  said.textContent = text
  said.classList.toggle('problem', problem)
}

// ---- What is shown.
const show = (person) => {
  at('signing-in').hidden = person !== undefined
  for (const id of ['person', 'proof', 'registered', 'adding']) at(id).hidden = person === undefined
  if (!person) return
  const { session, methods, offers, proofOwed } = person
  at('who').textContent = `Signed in as ${person.username}`
  at('state').textContent = stateInWords(person)
  at('finish').hidden = session.state !== 'SECURITY_INFO_REQUIRED' || session.interrupt.missing.length > 0
  at('proof').hidden = !proofOwed && !proofWanted
  at('registered').hidden = proofOwed
  at('adding').hidden = proofOwed
  at('options').replaceChildren(
    ...proofChoices(person).map((choice) => button(choice.title, choice.title, () => proveAndGoOn(choice))),
  )
  showMethods(methods, button)
  const blocked = offers.find(({ kind }) => kind === 'webauthn')?.blocked
  at('first').hidden = blocked?.code !== 'policy.needsAnother'
  at('blocked').textContent = blocked?.message ?? ''
  at('choices').hidden = Boolean(blocked)
}

// ---- What is pressed. One thing at a time: a second ceremony would end the first.
let busy = false
const run = async (work) => {
  if (busy) return
  busy = true
  document.body.setAttribute('aria-busy', 'true')
  say('One moment. Your browser may ask you for something.')
  try {
    say((await work()) ?? '')
  } catch (problem) {
    const { message, code } = problem
    // The gateway says which proof it wants, and the section below has the buttons for it.
    if (code?.startsWith('proof.') && code.endsWith('Needed')) proofWanted = true
    say(message, true)
  }
  try {
    show(await currentPerson())
  } catch (problem) {
    say(problem.message, true)
  }
  busy = false
  document.body.removeAttribute('aria-busy')
  // What was pressed may be gone: then the answer is where to read on.
  if (document.activeElement === document.body || !document.activeElement.checkVisibility()) said.focus()
}
const button = (name, text, work) => {
  const made = Object.assign(document.createElement('button'), { type: 'button', textContent: text })
  made.setAttribute('aria-label', name)
  made.addEventListener('click', () => void run(work))
  return made
}
const proveAndGoOn = async (choice) => goOn(await prove(choice))
const goOn = (text) => {
  if (text !== 'Proven.' || !proofWanted) return text
  proofWanted = false
  return 'Proven. Now press again what you wanted.'
}
const pressed = (id, work) => at(id).addEventListener('click', () => void run(work))
const submitted = (id, work) =>
  at(id).addEventListener('submit', (event) => {
    event.preventDefault()
    void run(work)
  })

submitted('password-form', signInByPassword)
submitted('code-form', async () => goOn(await proveByCode()))
submitted('name-form', saveName)
pressed('passkey', signInByPasskey)
pressed('new-person', signInAsSomebodyNew)
pressed('add-phone', setUpPhone)
pressed('finish', finish)
pressed('keep-name', async () => {
  keepName()
  return 'It stays as it is.'
})
pressed('sign-out', async () => {
  proofWanted = false
  hideCodeForm()
  keepName()
  return signOut()
})
for (const choice of at('choices').children) {
  choice.addEventListener('click', () => void run(() => registerKey(choice.dataset.attachment)))
}

const inTheWay = obstacle(facts)
if (inTheWay) {
  const { text, href } = inTheWay
  say(text, true)
  if (href) said.append(Object.assign(document.createElement('a'), { href, textContent: href }))
} else {
  fillIn(facts.demo)
  show(undefined)
}
