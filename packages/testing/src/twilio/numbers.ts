import { type DocumentedCode, type Refusal, refusal } from './refusal.ts'

/** What the account may do, and what people told it to stop. */
export interface Reach {
  /** The senders that the account owns; any sender is taken where there are none. */
  readonly numbers?: readonly string[]
  /** The beginnings of numbers (`+49`) for which the account has permission; all where there are none. */
  readonly regions?: readonly string[]
  /** Who has answered STOP. */
  readonly optedOut: ReadonlySet<string>
}

/** Numbers that the documentation of the test credentials sets aside to provoke one error each. */
export type MagicNumbers = Readonly<Record<string, DocumentedCode>>

// E.164: a plus, the country code, fifteen digits at most; no subscriber has fewer than seven with it.
const e164 = /^\+[1-9]\d{6,14}$/
// An alphanumeric sender: up to eleven letters, digits and spaces, at least one of them a letter.
const alphanumeric = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/
const shortCode = /^\d{3,6}$/

export function isPhoneNumber(text: string): boolean {
  return e164.test(text)
}

export function isSender(text: string): boolean {
  return isPhoneNumber(text) || alphanumeric.test(text) || shortCode.test(text)
}

export function inReach(number: string, { regions }: Reach): boolean {
  return regions === undefined || regions.some((region) => number.startsWith(region))
}

export function owns(number: string, { numbers }: Reach): boolean {
  return numbers === undefined || numbers.includes(number)
}

export function provoked(number: string, magic: MagicNumbers): Refusal | undefined {
  const code = magic[number]
  return code && refusal(code, number)
}
