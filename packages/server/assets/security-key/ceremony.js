/** The two ceremonies of WebAuthn, with the browser's refusals in words. The gateway's JSON goes in, JSON comes out. */
import { Problem } from './gateway.js'

/** Why this browser, at this address, can't run them, and where one can; `undefined` where nothing is in the way. */
export function obstacle({ origin, hostname }) {
  // WebAuthn 5.1.2: keys belong to a domain, and an address of numbers is none.
  if (/^(\d+\.){3}\d+$|^\[/.test(hostname)) {
    return {
      text: `Keys belong to a host name, and ${hostname} is an address. Start the sandbox without SECURITY_INFO_PUBLIC_URL, or with http://localhost:PORT in it.`,
    }
  }
  if (location.origin !== origin) {
    return {
      text: `Keys belong to the host name ${hostname}, and this page was opened at ${location.host}. Open it there: `,
      href: `${origin}${location.pathname}`,
    }
  }
  const { PublicKeyCredential: api } = globalThis
  if (!api) return { text: 'This browser has no WebAuthn. Use a current Chrome, Edge, Firefox or Safari.' }
  const needed = [api.parseCreationOptionsFromJSON, api.parseRequestOptionsFromJSON, api.prototype.toJSON]
  if (needed.every((one) => typeof one === 'function')) return undefined
  return {
    text: 'This browser is too old for this page: it does not know the JSON of WebAuthn Level 3 (PublicKeyCredential.parseCreationOptionsFromJSON). Use a current Chrome, Edge, Firefox or Safari. A client of your own can serve older ones: it converts base64url itself, or has a library do it, such as @simplewebauthn/browser.',
  }
}

/** Makes a new credential (WebAuthn 5.1.3). `options`: a `PublicKeyCredentialCreationOptionsJSON`. */
export async function createCredential(options) {
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
    return (await navigator.credentials.create({ publicKey })).toJSON()
  } catch (error) {
    throw inWords(error, CREATING, options.rp.id)
  }
}

/** Has a credential prove that it is there (WebAuthn 5.1.4). `options`: a `PublicKeyCredentialRequestOptionsJSON`. */
export async function useCredential(options) {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    return (await navigator.credentials.get({ publicKey })).toJSON()
  } catch (error) {
    throw inWords(error, USING, options.rpId)
  }
}

const CREATING = {
  NotAllowedError:
    'Nothing was registered. Either it was cancelled, or it took more than five minutes, or nothing at hand can do what was asked: check who you are, by PIN, fingerprint or face. A key without a PIN needs one first.',
  InvalidStateError: 'This key is registered already. Use another one, or remove it first.',
  NotSupportedError: 'Nothing at hand signs with an algorithm that the gateway takes. Use another key.',
  ConstraintError:
    'This key can not do what the organisation demands: keep the credential, or check who you are.',
}
const USING = {
  NotAllowedError:
    'No key answered. Either it was cancelled, or it took more than five minutes, or none at hand is registered here, or it could not check who you are.',
}

/** Browsers name what went wrong, and say little: a page must not learn which keys somebody has. */
function inWords({ name, message }, words, domain) {
  if (name === 'SecurityError') {
    return new Problem(
      `The browser refuses: the policy's keys belong to "${domain}", and this page is on "${location.hostname}". Correct methods.webauthn.rpId in the policy, or leave it out.`,
    )
  }
  return new Problem(words[name] ?? `The browser refuses (${name}): ${message}`)
}
