/** The body of every error that the API answers. */
export interface Refusal {
  readonly code: number
  readonly message: string
  readonly more_info: string
  readonly status: number
}

/** The documented errors (https://www.twilio.com/docs/api/errors) that the fake knows; the detail takes the place of `{}`. */
const messages = {
  20003: 'Authenticate',
  20004: 'Method not allowed',
  20404: 'The requested resource {} was not found',
  20415: 'Unsupported Media Type',
  20429: 'Too Many Requests',
  21201: "No 'To' number is specified",
  21205: 'Url is not a valid URL: {}',
  21210: 'The source phone number provided, {}, is not yet verified for your account.',
  21211: "Invalid 'To' Phone Number: {}",
  21212: 'Invalid From Number (caller ID): {}',
  21213: "No 'From' number is specified",
  21214: "'To' phone number cannot be reached: {}",
  21215: 'Account not authorized to call {}. Perhaps you need to enable some international permissions.',
  21216: 'Account not allowed to call {}',
  21217: 'Phone number does not appear to be valid: {}',
  21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}",
  21602: 'Message body is required.',
  21603: "A 'From' phone number is required.",
  21604: "A 'To' phone number is required.",
  21606: "The 'From' phone number provided ({}) is not a valid message-capable Twilio phone number.",
  21609: 'The StatusCallback URL {} is not a valid URL.',
  21610: 'Attempt to send to unsubscribed recipient: {}',
  21611: "This 'From' number has exceeded the maximum number of queued messages: {}",
  21612: "Message cannot be sent with the current combination of 'To' ({}) and 'From' parameters",
  21614: "'To' number is not a valid mobile number: {}",
  21617: 'The concatenated message body exceeds the 1600 character limit.',
} as const

export type DocumentedCode = keyof typeof messages

/** What is not about the content of a request has a status of its own. */
const statuses: Readonly<Partial<Record<DocumentedCode, number>>> = {
  20003: 401,
  20004: 405,
  20404: 404,
  20415: 415,
  20429: 429,
}

/** A documented error. @param detail the number or address it is about */
export function refusal(code: DocumentedCode, detail = ''): Refusal {
  return refusalOf(
    code,
    messages[code].replace('{}', () => detail),
    statuses[code] ?? 400,
  )
}

/** Any other error, for tests of codes that the fake never finds itself. */
export function refusalOf(code: number, message: string, status = 400): Refusal {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
}
