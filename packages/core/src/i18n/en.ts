/** What core says to people. Codes are stable; texts may change. */
export const en = {
  'signIn.rejected': 'The account or password is not right. Check both and try again.',
  'signIn.passkeyRejected':
    'That passkey or security key is not right for this. Use another one, or sign in with your password.',
  'password.wrong': 'The password is not right. Try again.',
  'proof.wrong':
    'That code or proof is not right. Attempts left: {attemptsLeft}. At 0, begin this step again.',
  'proof.secondFactorNeeded':
    'Confirm that it is you: prove one of your sign-in methods (beginChallenge), at most {minutes} minutes ago.',
  'proof.passwordNeeded':
    'Confirm that it is you: enter your password again (reauthenticate), at most {minutes} minutes ago.',
  'flow.ended':
    'This step has ended: it has succeeded already, expired, or does not exist. If it succeeded, go on; otherwise begin it again.',
  'rate.limited': 'Too many attempts. Try again after {retryAt}.',
  'method.limitReached': 'You already have {limit} of these, which is the most possible. Delete one first.',
  'method.notFound': 'There is no such method. Reload the list and try again.',
  'method.taken': 'This is already registered, here or for someone else. Use another one.',
  'session.notFound': 'There is no such session. It may have ended already.',
  'policy.firstMethodTwoFactor':
    'Set up a method for two-factor verification first; this one can be added after it.',
  'policy.kindNotAllowed': 'Your organisation does not allow this kind of method.',
  'policy.wayNotAllowed': 'Your organisation does not allow "{way}" for this.',
  'policy.notDefault':
    "This method can't be the default: only an active method for two-factor verification can.",
  'policy.lastMethod.TWO_FACTOR':
    'Your organisation requires this method for two-factor verification. Add another one first, then delete it.',
  'policy.lastMethod.PASSWORD_RESET':
    'Your organisation requires this method for password reset. Add another one first, then delete it.',
  'challenge.noMethod': 'There is no method to prove. Register one first.',
  'challenge.allDisabled':
    'Your methods were disabled after too many wrong attempts. Ask your administrator for help.',
  'registration.missing.TWO_FACTOR':
    'A method for two-factor verification is still missing. Set one up first.',
  'registration.missing.PASSWORD_RESET': 'A method for password reset is still missing. Set one up first.',
  'registration.sectionOwed': 'The section "{section}" is not finished yet.',
  'registration.nothingToSnooze': 'Nothing is asked of you now, so there is nothing to put off.',
  'registration.notSkippable': "Your organisation requires this now; it can't be put off any longer.",
  'policy.needsAnother': 'Set up another kind of method first; this one can be added after it.',
  'rate.sends': 'Too many codes were sent. Ask for the next one after {retryAt}, or use another method.',
  'rate.resend': 'A code was just sent. Ask for the next one after {retryAt}.',
  'delivery.channelDown': "Codes can't be sent this way right now. Use another method, or try again later.",
  'delivery.optedOut':
    'This number has opted out of messages from us. Send START to the sender, or use another method.',
  'delivery.unreachable': "The number or address can't be reached. Check it, or use another method.",
  'delivery.blocked': 'The message was blocked by the provider or carrier. Use another method.',
  'delivery.invalidAddress': 'The provider does not know this number or address. Check it.',
  'delivery.noAnswer': 'Nobody answered. Ask for a new code, or use another method.',
  'delivery.refused': 'The provider refused the message. Use another method, or ask your administrator.',
  'delivery.expired': 'The code was not sent in time. Ask for a new one, or use another method.',
  'delivery.unknown':
    'The provider has not answered: the code may still arrive. If it does not, ask for a new one or use another method.',
  'link.ended':
    'This link has been used already, is older than 72 hours, or is not complete. If something about your account is wrong, ask your administrator.',
  'input.invalid': '{path}: {problem}',
  'reason.TWO_FACTOR_REQUIRED': 'Your organisation requires a second step when you sign in.',
  'reason.PASSWORD_RESET_REQUIRED': 'Your organisation wants you to be able to reset your password yourself.',
  'reason.SECTION_REQUIRED': 'Your organisation requires one more step.',
  'reason.RECONFIRMATION_DUE': 'Please look over your security info and confirm that it is still right.',
  'reason.REVIEW': 'Everything is set up. Look it over and finish.',
} as const
