/** What core says to people. Codes are stable; texts may change. */
export const en = {
  'signIn.rejected': 'The account or password is not right. Check both and try again.',
  'signIn.passkeyRejected':
    'That passkey or security key is not right for this. Use another one, or sign in with your password.',
  'password.wrong': 'The password is not right. Try again.',
  'proof.wrong': 'That is not right. Attempts left: {attemptsLeft}. At 0, begin this step again.',
  'proof.secondFactorNeeded':
    'Confirm that it is you: prove one of your sign-in methods (beginChallenge), at most {minutes} minutes ago.',
  'proof.passwordNeeded':
    'Confirm that it is you: enter your password again (reauthenticate), at most {minutes} minutes ago.',
  'flow.ended':
    'This step has ended: it has succeeded already, expired, or does not exist. If it succeeded, go on with what it gave; otherwise begin it again.',
  'rate.limited':
    'Too many attempts. Try again after {retryAt}, or use another way: another method, or "Forgot my password".',
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
  'reason.ACCESS_PASS':
    'You came in with an access pass. Set up what you will prove with from now on, and then finish.',
  'accessPass.wizardOnly':
    'You came in with an access pass, which is for setting up how you prove who you are. Finish, sign in with that, and try again.',
  'reason.REVIEW': 'Everything is set up. Look it over and finish.',
  'signIn.passRejected':
    'The account or access pass is not right, or the pass has been used or has ended. Check both, or ask your administrator for a new one.',
  'proof.actNeeded':
    'Confirm that you want to do exactly this: prove one of your sign-in methods for it (beginChallenge with `act`), at most {minutes} minutes ago.',
  'password.tooShort': 'The password has {length} characters; at least {least} are needed.',
  'password.tooLong': 'The password has {length} characters; at most {most} are possible.',
  'password.containsName':
    "The password contains the name of the account or of its owner; choose one that can't be guessed from it.",
  'password.containsOrganisation':
    'The password is little more than the name of {organisation}; choose another one.',
  'password.common':
    'This password is among the first that are guessed. Choose another one; a few unrelated words make a good one.',
  'password.repetition':
    'The password repeats itself, so it is as weak as the part that is repeated. Choose another one.',
  'password.breached':
    'This password is known from a breach of some other service, so it will be guessed. Choose another one, and change it wherever else you use it.',
  'reset.DISABLED': 'Your organisation has switched password reset off. Ask your administrator for help.',
  'reset.NOT_IN_GROUP':
    'You are not among those who may reset their password themselves. Ask your administrator for help.',
  'reset.NOT_ENOUGH_METHODS':
    'You have no other method that counts for a password reset. Ask your administrator for help.',
  'reset.ADMINISTRATOR_NEEDED': 'What is left of your methods was disabled. Ask your administrator for help.',
  'reset.LOCKED':
    'There were too many wrong attempts with what is left of your methods. Try again after {until}, or ask your administrator for help.',
  'reset.HELD':
    'What is left of your methods was added or changed too recently to count. Try again after {until}, or ask your administrator for help.',
  'reset.provenAlready':
    'You have proven this one already, or another one on the same device. Use another one of those that are offered.',
  'reset.noneOfKind':
    'You have none of these that counts for a password reset. Use another one of those that are offered.',
  'reset.isRehearsal': 'This is a rehearsal, which changes nothing. Finish it, or begin a password reset.',
  'reset.isNoRehearsal':
    'This is a password reset and no rehearsal. Set the new password, or unlock the account.',
  'reset.rehearsalReady': 'Everything is proven already. Finish the rehearsal now.',
  'reset.ready': 'Everything is proven already. Set the new password now.',
  'reset.kindNotAllowed': "This kind of method can't be used for a password reset. Use another one.",
  'reset.notFirst': "This can't be what you prove first. Begin with another method.",
  'reset.gatesMissing':
    'Not everything is proven yet: {left} more of your methods. Prove the next one first.',
  'reset.helpAsked':
    'Your administrators are told, if there is such an account. They will get in touch with you.',
  'reset.completed':
    'Your new password holds, and everybody who was signed in was signed out. Sign in with it now.',
  'reset.unlocked': 'You can sign in with your password again.',
  'reset.rehearsed': 'It worked: you could reset your password with these methods. Nothing was changed.',
  'accessPass.off': 'Your organisation issues no temporary access passes.',
  'admin.noSuchPerson': 'There is no such account, or it is disabled.',
  'admin.notYourself': 'Nobody does this for their own account: ask another administrator.',
  'admin.noSuchRequest': 'There is no such request. Somebody may have looked after it already.',
  'admin.secondFactorNeeded': 'This needs a proof of a second factor, and you have none. Set one up first.',
  'undone.other':
    'The change was taken back, and everybody who was signed in was signed out. Change your password now.',
  'device.notFound': 'There is no such device. It may be forgotten already.',
  'reset.alreadyAsked':
    'These questions are asked once in a reset. Answer them while attempts are left; otherwise use another method, or begin the reset anew.',
} as const
