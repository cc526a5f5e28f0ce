import type { Route, RouteContext, Secret } from '@security-info/core'
import { CALL_PATH, CODE_PATH, callbackAddress, STATUS_PATH } from './callback-address.ts'
import { signedParameters } from './signature.ts'
import { reportOf } from './status.ts'
import { askForKey, readOut, type Speech, sayOnly } from './twiml.ts'

interface Signed {
  /** What our own address said: which message it is about. */
  readonly query: URLSearchParams
  readonly parameters: URLSearchParams
  readonly context: RouteContext
}

/** What Twilio calls. Each request has to be signed; what comes twice changes nothing the second time (H21). */
export function createRoutes(authToken: Secret): readonly Route[] {
  const signed = (path: string, answer: (signed: Signed) => Promise<Response>): Route => ({
    method: 'POST',
    path,
    access: 'Twilio only: signed (X-Twilio-Signature) over the public address',
    async handle(request, context) {
      const parameters = await signedParameters(request, { publicUrl: context.publicUrl, path }, authToken)
      if (!parameters) return new Response(UNSIGNED, { status: 403 })
      return answer({ query: new URL(request.url).searchParams, parameters, context })
    },
  })
  return [signed(STATUS_PATH, noteStatus), signed(CALL_PATH, answerCall), signed(CODE_PATH, sayCode)]
}

const UNSIGNED =
  'Expected a request signed by Twilio for this address. Check the account token and the public address in the configuration.\n'

async function noteStatus({ query, parameters, context }: Signed): Promise<Response> {
  const report = reportOf(parameters)
  if (report) await context.messages.report(query.get('ref') ?? '', report)
  return new Response(null, { status: 204 })
}

/** Somebody has picked up, or something. */
async function answerCall({ query, context }: Signed): Promise<Response> {
  const speech = speechOf(context, query.get('locale') ?? 'en')
  return askForKey(speech, callbackAddress(context.publicUrl, CODE_PATH, query))
}

/** A key was pressed: the code may be heard, once. */
async function sayCode({ query, parameters, context }: Signed): Promise<Response> {
  const ref = query.get('ref') ?? ''
  const speech = speechOf(context, query.get('locale') ?? 'en')
  const callSid = parameters.get('CallSid')
  if (!callSid || !parameters.get('Digits')) return sayOnly(speech, 'phone.callGoodbye')
  const taken = await context.messages.takeCode(ref, callSid)
  if (!taken) return sayOnly(speech, 'phone.callOver')
  await context.messages.report(ref, { providerId: callSid, state: 'delivered' })
  return readOut(speechOf(context, taken.locale), taken.code.reveal())
}

/** The language comes with the texts, so that a text that fell back to English is read as English. */
function speechOf({ text }: RouteContext, locale: string): Speech {
  return { language: text('phone.language', locale), text: (key) => text(key, locale) }
}
