import { dictionary } from '@zxcvbn-ts/language-common'

let common: ReadonlySet<string> | undefined

/** The 49,000 passwords that are guessed first, in lower case. Read when a password is first chosen: it takes a moment. */
export function commonPasswords(): ReadonlySet<string> {
  common ??= new Set(dictionary['passwords-common'].map((password) => password.toLowerCase()))
  return common
}
