/** A phone, because a key needs another method before it. Its text comes from the sandbox's inbox. */
import { BEGIN_ENROLLMENT, CONFIRM_ENROLLMENT, INBOX } from './documents.js'
import { ask, Problem } from './gateway.js'

const POLL_MS = 300
const PATIENCE_MS = 15_000

/** The newest message with a code; where one is given, the first that is newer. @throws Problem where none comes */
export async function newestCode(after) {
  const find = async () => (await ask(INBOX)).find(({ code }) => code)
  if (!after) return (await find()) ?? { id: '0' }
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const newest = await find()
    if (newest && Number(newest.id) > Number(after.id)) return newest
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Problem(
    'No text has arrived in the inbox. Look into the terminal of the sandbox, then try again.',
  )
}

/** Sets a made-up phone up in one go. A number gets few codes an hour, so each has another one. */
export async function setUpPhone() {
  const number = `+1201555${1000 + Math.floor(Math.random() * 9000)}`
  const before = await newestCode()
  const { enrollment } = await ask(BEGIN_ENROLLMENT, {
    input: { method: { phone: { number } }, way: 'text' },
  })
  const { code } = await newestCode(before)
  const proof = { phone: { code } }
  await ask(CONFIRM_ENROLLMENT, { input: { enrollmentId: enrollment.id, proof, label: 'My phone' } })
  return `The phone ${number} is registered, with the code of its text. Now a key can be added.`
}
