/** What core writes to people: codes, and notices of changes. */
export const messagesEn = {
  'message.code.subject': 'Your {organisation} code',
  'message.code.body':
    'Enter this code to confirm that it is you. It works once and only for a few minutes.\n\nNobody from {organisation} will ever ask you for it. If you did not ask for a code, somebody may know your password: change it.',
  'notice.linkless':
    'If that was not you, change your password and tell your administrator at once. This address was registered too recently to get a link that takes the change back.',
  'message.undo': "This wasn't me",
  'notice.method.enrolled.subject': '{kind} was added to your {organisation} account',
  'notice.method.enrolled.body':
    '{kind} was added to the account {account} on {time}, from the address {address}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: the method is removed again and everybody who is signed in is signed out. Then change your password.',
  'notice.method.replaced.subject': '{kind} of your {organisation} account was replaced',
  'notice.method.replaced.body':
    '{kind} of the account {account} was replaced by a new one on {time}, from the address {address}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: the old one comes back and everybody who is signed in is signed out. Then change your password.',
  'notice.method.removed.subject': '{kind} was removed from your {organisation} account',
  'notice.method.removed.body':
    '{kind} was removed from the account {account} on {time}, from the address {address}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: everybody who is signed in is signed out, and the method comes back when you next sign in. Then change your password.',
  'notice.method.disabled.subject': '{kind} of your {organisation} account was disabled',
  'notice.method.disabled.body':
    '{kind} of the account {account} was disabled on {time} after too many wrong attempts, the last one from the address {address}.\n\nSet it up again when you are signed in. If the attempts were not yours, use the link below: everybody who is signed in is signed out, and your administrators are told. Whoever tries codes knows your password: change it.',
  'notice.method.restored.subject': '{kind} is back in your {organisation} account',
  'notice.method.restored.body':
    '{kind} of the account {account} was put back on {time}, because its removal was undone with the link "This wasn\'t me".\n\nIf that was you, there is nothing to do. If it was not, use the link below: the method is removed again and everybody who is signed in is signed out. Then change your password.',
  'undone.method.restored':
    'The method was removed again, and everybody who was signed in was signed out. Change your password now.',
  'notice.method.suspect.subject': '{kind} of your {organisation} account may have been copied',
  'notice.method.suspect.body':
    '{kind} was used for the account {account} on {time}, from the address {address}, in a way that it would not be if there were only one of it. The attempt was refused; your other methods work.\n\nIf it happens again, replace it. If you did not use it, use the link below: everybody who is signed in is signed out, and your administrators are told.',
  'undone.method.suspect':
    'Everybody who was signed in was signed out, and your administrators are told. Replace the method, and change your password now.',
  'notice.default.changed.subject': 'The sign-in method of your {organisation} account was changed',
  'notice.default.changed.body':
    'The method that the account {account} is asked for first was changed to {kind} on {time}, from the address {address}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: the old one comes back and everybody who is signed in is signed out. Then change your password.',
  'notice.account.locked.subject': 'Too many wrong attempts to sign in to your {organisation} account',
  'notice.account.locked.body':
    'There were too many wrong attempts to sign in to the account {account}, the last one on {time} from the address {address}. Such attempts are refused for a while now.\n\nIf they were yours, wait and try again. If they were not, use the link below: everybody who is signed in is signed out, and your administrators are told.',
  'notice.account.passwordSet.subject': 'The password of your {organisation} account was changed',
  'notice.account.passwordSet.body':
    'The password of the account {account} was set by an administrator on {time}. Everybody who was signed in was signed out.\n\nIf you did not expect that, ask your administrator.',
  'notice.notice.undone.subject': 'A change of your {organisation} account was reported',
  'notice.notice.undone.body':
    'On {time} somebody used the link "This wasn\'t me" about a change of the account {account}, from the address {address}. Everybody who was signed in was signed out, and your administrators were told.\n\nIf you did not use it, somebody reads your mail: tell your administrator.',
  'notice.administrator.subject': '{account} reports a change that was not theirs',
  'notice.administrator.body':
    'On {time} the link "This wasn\'t me" about a change of the account {account} was used, from the address {address}. The change was taken back and all sessions of the account were ended.\n\nLook at the account\'s audit events, and talk to its owner: their password may be known to somebody else.',
  'undone.method.enrolled':
    'The method was removed again, and everybody who was signed in was signed out. Change your password now.',
  'undone.method.replaced':
    'The method you had before is back, and everybody who was signed in was signed out. Change your password now.',
  'undone.method.removed':
    'Everybody who was signed in was signed out. The method comes back when you next sign in. Change your password then.',
  'undone.default.changed':
    'The change was taken back, and everybody who was signed in was signed out. Change your password now.',
  'undone.method.disabled':
    'Everybody who was signed in was signed out, and your administrators are told. Change your password now.',
  'undone.account.locked':
    'Everybody who was signed in was signed out, and your administrators are told. Change your password now.',
  'notice.account.passwordReset.subject': 'The password of your {organisation} account was reset',
  'notice.account.passwordReset.body':
    'Somebody who proved your registered methods set a new password for the account {account} on {time}, from the address {address}. Everybody who was signed in was signed out.\n\nIf that was you, there is nothing to do. If it was not, use the link below: everybody who is signed in is signed out, and your administrators are told. Then reset your password yourself.',
  'notice.account.passwordChanged.subject': 'The password of your {organisation} account was changed',
  'notice.account.passwordChanged.body':
    'The password of the account {account} was changed on {time}, from the address {address}. Everybody else who was signed in was signed out.\n\nIf that was you, there is nothing to do. If it was not, use the link below: everybody who is signed in is signed out, and your administrators are told. Then reset your password.',
  'notice.account.unlocked.subject': 'Your {organisation} account was unlocked',
  'notice.account.unlocked.body':
    'Somebody who proved your registered methods unlocked the account {account} on {time}, from the address {address}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: everybody who is signed in is signed out, and your administrators are told. Then reset your password.',
  'notice.account.disabled.subject': 'Your {organisation} account was disabled',
  'notice.account.disabled.body':
    'The account {account} was disabled by an administrator on {time}. Everybody who was signed in was signed out.\n\nIf you did not expect that, ask your administrator.',
  'notice.reset.locked.subject':
    'Too many wrong attempts to reset the password of your {organisation} account',
  'notice.reset.locked.body':
    'There were too many wrong attempts with {kind} to reset the password of the account {account}, the last one on {time} from the address {address}. Resetting with {kind} is refused for a while; signing in works as always.\n\nIf they were yours, wait and try again. If they were not, use the link below: everybody who is signed in is signed out, and your administrators are told.',
  'notice.accessPass.issued.subject': 'A temporary pass for your {organisation} account was issued',
  'notice.accessPass.issued.body':
    'An administrator issued a temporary access pass for the account {account} on {time}. Whoever has it can set up new methods for the account.\n\nIf you asked for it, there is nothing to do. If you did not, use the link below: the pass stops working, everybody who is signed in is signed out, and your administrators are told.',
  'notice.helpAsked.subject': '{account} asks for help to get in',
  'notice.helpAsked.body':
    'On {time} somebody asked for help with a password reset of the account {account}, from the address {address}.\n\nLook at the queue of requests. Make sure who they are before you do anything: anybody can ask for any account.',
  'undone.account.passwordReset':
    'Everybody who was signed in was signed out, and your administrators are told. Reset your password now.',
  'undone.account.passwordChanged':
    'Everybody who was signed in was signed out, and your administrators are told. Reset your password now.',
  'undone.account.unlocked':
    'Everybody who was signed in was signed out, and your administrators are told. Reset your password now.',
  'undone.reset.locked':
    'Everybody who was signed in was signed out, and your administrators are told. If your password may be known to somebody, change it.',
  'undone.accessPass.issued':
    'The pass no longer works. Everybody who was signed in was signed out, and your administrators are told. Look over your methods when you sign in.',
} as const
