import type { TwilioAccount } from './account.ts'
import type { AcceptedCall } from './ledger.ts'
import { identification } from './status-callback.ts'
import { parseTwiml, type TwimlElement } from './twiml.ts'
import type { SendWebhook } from './webhook.ts'

/** More documents than a call of ours has: whoever gets here runs in a circle. */
const longest = 50

/**
 * Plays a call for somebody who presses these keys and listens to the end: fetches its instructions, and does what they
 * say. Each `<Gather>` takes as many keys as it wants of those that are left; one for which none is left times out.
 *
 * @returns what was spoken, in order
 * @throws where an address answers with an error, or with something that is no TwiML or more of it than the fake knows
 */
export async function playCall(
  account: TwilioAccount,
  send: SendWebhook,
  call: AcceptedCall,
  keys: string,
): Promise<readonly string[]> {
  const spoken: string[] = []
  let left = keys
  let documents = 0

  const ask = async (url: string, method: string | undefined, digits?: string) => {
    documents += 1
    if (documents > longest) throw new Error(`The call goes round in circles; it last asked ${url}.`)
    const parameters = new URLSearchParams([
      ['CallSid', call.sid],
      ...identification(account, call),
      ['CallStatus', 'in-progress'],
      ['Direction', 'outbound-api'],
      ...(digits === undefined ? [] : [['Digits', digits] as [string, string]]),
    ])
    const answer = await send({ url, parameters, ...(method ? { method } : {}) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`)
    await perform(parseTwiml(text), url)
  }

  /** A document ends where another one begins: nothing after a redirect is ever reached. */
  const perform = async (response: TwimlElement, url: string | undefined): Promise<void> => {
    for (const { name, attributes, children, text } of response.children) {
      if (name === 'Hangup') return
      if (name === 'Redirect') return ask(resolve(text, url), attributes.method)
      if (name === 'Say') spoken.push(text)
      else if (name === 'Gather') {
        spoken.push(...sayings(children))
        const digits = gather(left, attributes)
        left = left.slice(digits.length)
        if (digits || attributes.actionOnEmptyResult === 'true') {
          return ask(resolve(attributes.action, url), attributes.method, withoutEnd(digits, attributes))
        }
      } else if (name !== 'Pause') throw new Error(`The fake doesn't know <${name}>.`)
    }
  }

  const parameter = (name: string) => call.parameters.get(name) ?? undefined
  const instructions = parameter('Twiml')
  if (call.url !== undefined) await ask(call.url, parameter('Method'))
  else if (instructions) await perform(parseTwiml(instructions), undefined)
  else throw new Error(`${call.sid} has its instructions in an application, which the fake doesn't know.`)
  return spoken
}

function sayings(children: readonly TwimlElement[]): readonly string[] {
  const unknown = children.find(({ name }) => name !== 'Say' && name !== 'Pause')
  if (unknown) throw new Error(`The fake doesn't know <${unknown.name}> in a <Gather>.`)
  return children.filter(({ name }) => name === 'Say').map(({ text }) => text)
}

/** The keys that a `<Gather>` takes: `numDigits` of them, or those up to and with `finishOnKey`. */
function gather(keys: string, attributes: TwimlElement['attributes']): string {
  const end = keys.indexOf(endKey(attributes))
  const wanted = Number(attributes.numDigits ?? Number.POSITIVE_INFINITY)
  return end >= 0 && end < wanted ? keys.slice(0, end + 1) : keys.slice(0, wanted)
}

function withoutEnd(digits: string, attributes: TwimlElement['attributes']): string {
  return digits.endsWith(endKey(attributes)) ? digits.slice(0, -1) : digits
}

function endKey({ finishOnKey = '#' }: TwimlElement['attributes']): string {
  // Where it is empty, no key ends anything.
  return finishOnKey || 'none'
}

/** Addresses are relative to the document they are in; without one it is that document's own. */
function resolve(address: string | undefined, url: string | undefined): string {
  // An absolute one is taken as it is written: it will be signed.
  if (address && URL.canParse(address)) return address
  if (url === undefined) throw new Error(`"${address ?? ''}" is relative, and the call has no Url.`)
  return address ? new URL(address, url).href : url
}
