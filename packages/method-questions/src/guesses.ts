/**
 * What is tried first, whatever the question, and what people put who do not want to answer: in small letters, without
 * spaces and punctuation. A list of what is likely for one question would never be complete; these are wrong for all.
 */
const GUESSES = new Set(
  `password passwort kennwort secret geheim answer antwort question frage security sicherheit
  none nothing never nobody nowhere nil null keine keiner keines keins nichts nie niemals niemand nirgends
  unknown unbekannt idk dontknow idontknow donotknow idonotknow weissnicht weissichnicht keineahnung
  forgot forgotten iforgot vergessen noidea notapplicable whatever egal
  na 123 1234 12345 123456 1234567 12345678 123456789 1234567890 321 4321 54321 654321 012 0123 01234 012345
  abc abcd abcde abcdef abc123 123abc qwe qwer qwert qwerty qwertyuiop qwertz qwertzuiop azerty asd asdf asdfgh asdfghjkl
  yxc yxcv zxc zxcv zxcvbn test tests testing admin hello hallo welcome willkommen letmein yes nein`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

/** Whether an answer (its letters, digits and signs alone) is one of those, one character over and over, or nothing. */
export function isCommonGuess(bare: string): boolean {
  return new Set(bare).size <= 1 || GUESSES.has(bare)
}
