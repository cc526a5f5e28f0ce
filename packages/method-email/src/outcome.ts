import type { Delivery, DeliveryProblem } from '@security-info/core'

/** RFC 4954 6: these want us to sign in first; RFC 5321 4.2.4: 503 is about the order of the commands. */
const ABOUT_US: readonly number[] = [503, 530, 534, 535, 538]

/** What nodemailer's errors say: which reply they are about, to which command. */
export interface SmtpFailure {
  /** Node's or nodemailer's name for it: `ECONNREFUSED`, `EAUTH`. */
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
}

/**
 * What a failure means for the mail. A reply of 4yz or 5yz says that it was not taken (RFC 5321 4.2.1), to whichever command
 * it is. Without one it depends on `begun`, whether a byte of it was handed over after DATA: before that the server can't have
 * it, after that nobody knows (RFC 5321 6.1).
 */
export function outcomeOf(failure: SmtpFailure, begun: boolean): Delivery {
  const { responseCode = 0 } = failure
  if (isAboutTheMail(failure)) return { outcome: 'rejected', problem: problemOf(failure) }
  // Wrong password, no TLS, a sender that is not ours: that is the operator's to mend, and notices wait for it.
  const said = responseCode >= 400 && responseCode < 600
  const reason = reasonOf(failure)
  if (begun && !said) return { outcome: 'unknown', reason }
  // A mailbox that is full or a domain that does not answer is no fault of the server.
  const aboutReceiver = failure.command === 'RCPT TO' && responseCode >= 400 && responseCode < 500
  return { outcome: 'retry', reason, ...(aboutReceiver ? { about: 'message' } : {}) }
}

/** What happened, for the operator, without the server's words: they may repeat the address. */
function reasonOf({ code = 'no answer', command, responseCode }: SmtpFailure): string {
  const reply = responseCode ? `${responseCode} ` : ''
  return `${reply}${code}${command ? ` at ${command}` : ''}`
}

/** Whether a 5yz is about this receiver or this mail, and not about us. */
function isAboutTheMail({ command, responseCode = 0 }: SmtpFailure): boolean {
  if (responseCode < 500 || responseCode >= 600) return false
  return (command === 'RCPT TO' || command === 'DATA') && !ABOUT_US.includes(responseCode)
}

/** The reason of a refusal, by its enhanced status code (RFC 3463) where there is one, else by the reply code. */
function problemOf({ command, response = '', responseCode }: SmtpFailure): DeliveryProblem {
  const [, subject, detail] = /^5\d\d[ -]5\.(\d{1,3})\.(\d{1,3})\b/.exec(response) ?? []
  // RFC 3463 3.2: 1.7 and 1.8 are the sender's address.
  if (subject === '1') return detail === '7' || detail === '8' ? 'refused' : 'invalidAddress'
  if (subject === '2') return 'unreachable'
  if (subject === '7') return 'blocked'
  if (subject !== undefined && subject !== '0') return 'refused'
  if (responseCode === 554) return 'blocked'
  // 550 to RCPT is a mailbox that isn't there; to the mail itself it is a filter's no.
  if (responseCode === 550) return command === 'DATA' ? 'blocked' : 'invalidAddress'
  return command === 'RCPT TO' && (responseCode === 551 || responseCode === 553)
    ? 'invalidAddress'
    : 'refused'
}
