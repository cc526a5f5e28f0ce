/** What the page knows of the session, asked anew after every step. */
import { SECURITY_INFO, SESSION } from './documents.js'
import { ask, forgetSession } from './gateway.js'

/** The session and what is registered; `undefined` where nobody is signed in. */
export async function currentPerson() {
  const viewer = await ask(SESSION)
  if (!viewer) {
    forgetSession()
    return undefined
  }
  // Before the second proof, a session may see nothing but how to give it.
  const proofOwed = viewer.session.state === 'SECOND_FACTOR_REQUIRED'
  const { securityInfo } = proofOwed
    ? { securityInfo: { methods: [], offers: [] } }
    : await ask(SECURITY_INFO)
  return { ...viewer, ...securityInfo, proofOwed }
}

/** How far the session has come, in words. */
export function stateInWords({ session }) {
  if (session.state === 'SECOND_FACTOR_REQUIRED')
    return 'The password was right. The account has a second factor, so it is asked for now.'
  if (session.state === 'ACTIVE') return 'A full session.'
  return session.interrupt.missing.length > 0
    ? 'The organisation demands two different methods, so sign-in stops here until they are set up. A phone and a key will do.'
    : 'Everything that the organisation demands is there. "Done" makes it a full session.'
}
