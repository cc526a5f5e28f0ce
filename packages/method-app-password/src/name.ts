import { type InvalidInput, invalidInput } from '@security-info/core'

const MAX_CHARACTERS = 64

/** The name as its owner typed it, or what is wrong with it. */
export function cleanName(typed: string): string | InvalidInput {
  const name = typed.normalize('NFC').trim()
  const length = [...name].length
  // What is left without invisible characters has to be something.
  if (/^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(name))
    return invalidInput(['name'], 'The name is empty; expected 1 to 64 characters.')
  if (length > MAX_CHARACTERS)
    return invalidInput(
      ['name'],
      `The name has ${length} characters; at most ${MAX_CHARACTERS} are possible.`,
    )
  // Control and direction characters could make one name look like another.
  if (/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u.test(name))
    return invalidInput(['name'], 'The name contains control characters.')
  return name
}
