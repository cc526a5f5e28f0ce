/** What core says to people. Codes are stable; texts may change. */
export const en = {
  'signIn.rejected': 'The account or password is not right. Check both and try again.',
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
  'input.invalid': '{path}: {problem}',
  'reason.TWO_FACTOR_REQUIRED': 'Your organisation requires a second step when you sign in.',
  'reason.PASSWORD_RESET_REQUIRED': 'Your organisation wants you to be able to reset your password yourself.',
  'reason.SECTION_REQUIRED': 'Your organisation requires one more step.',
  'reason.RECONFIRMATION_DUE': 'Please look over your security info and confirm that it is still right.',
  'reason.REVIEW': 'Everything is set up. Look it over and finish.',
} as const
