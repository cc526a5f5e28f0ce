import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { plain } from './text-message.ts'

/** Says a text of ours: by message key, in the language of the text that was found for it. */
export interface Speech {
  readonly language: string
  text(key: string): string
}

/** Twice the prompt and some silence: somebody may have to take the phone from their ear. */
const KEY_SECONDS = 8

/** Only asks for a key (H8): a voice mailbox records that much and never a code. */
export function askForKey(speech: Speech, action: string): Response {
  return play((response) => {
    // Without an end key, # is a key as any other.
    const gather = response.gather({
      action,
      method: 'POST',
      input: ['dtmf'],
      numDigits: 1,
      finishOnKey: '',
      timeout: KEY_SECONDS,
    })
    say(gather, speech, speech.text('phone.callAsk'))
    gather.pause({ length: 2 })
    say(gather, speech, speech.text('phone.callAsk'))
    say(response, speech, speech.text('phone.callGoodbye'))
  })
}

/** Reads the code out, digit by digit and twice. */
export function readOut(speech: Speech, code: string): Response {
  return play((response) => {
    for (const key of ['phone.callCode', 'phone.callAgain']) {
      say(response, speech, speech.text(key))
      for (const digit of code) {
        // One at a time: next to each other they would be read as a number, and with a period as an ordinal.
        response.pause({ length: 1 })
        say(response, speech, digit)
      }
      response.pause({ length: 2 })
    }
    say(response, speech, speech.text('phone.callGoodbye'))
  })
}

/** Says one thing and hangs up. */
export function sayOnly(speech: Speech, key: string): Response {
  return play((response) => say(response, speech, speech.text(key)))
}

function say(to: Pick<VoiceResponse, 'say'>, { language }: Speech, text: string): void {
  to.say({ language: language as NonNullable<VoiceResponse.SayAttributes['language']> }, plain(text))
}

/** The SDK escapes what it is given (H9). */
function play(script: (response: VoiceResponse) => void): Response {
  const response = new VoiceResponse()
  script(response)
  return new Response(response.toString(), { headers: { 'content-type': 'text/xml; charset=utf-8' } })
}
