import { type InvalidInput, invalidInput } from '../errors.ts'

const MAX_CHARACTERS = 64

/** A method's name as the person typed it, or what is wrong with it. */
export function cleanLabel(label: string, path: readonly string[]): string | InvalidInput {
  const text = label.normalize('NFC').trim()
  const length = [...text].length
  // What is left without invisible characters has to be something.
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(text))
    return invalidInput(path, 'The name is empty; expected 1 to 64 characters.')
  if (length > MAX_CHARACTERS) {
    return invalidInput(path, `The name has ${length} characters; at most ${MAX_CHARACTERS} are possible.`)
  }
  // Control and direction characters could make one method look like another.
  if (/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u.test(text)) {
    return invalidInput(path, 'The name contains control characters.')
  }
  return text
}

/** A name no other method of the person has: `Authenticator app`, `Authenticator app 2`. */
export function freeLabel(wanted: string, taken: readonly string[]): string {
  const labelled = (number: number) => (number === 1 ? wanted : `${wanted} ${number}`)
  let number = 1
  while (taken.includes(labelled(number))) number++
  return labelled(number)
}
