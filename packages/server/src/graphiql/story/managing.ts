import { type Tab, tab, userError } from './tab.ts'

/** The security info page, and what came by mail. */
export function managing(): readonly Tab[] {
  return [
    tab(`
# 15. The security info page: what protects the
# account, what sign-in asks for first, and
# what could be added. "viewer" is null? Nobody
# is signed in: run tab S1.
#
# Email is among the offers: it is set up like
# the phone, with
# method: { email: { address: "..." } }. So is
# a security key; it needs a page of its own,
# because the browser asks for it:
# /dev/security-key.
query S15_SecurityInfo {
  viewer {
    username
    session { state }
    securityInfo {
      methods {
        id kind label hint isDefault
        createdAt lastUsedAt
        ways { id title usedFor }
      }
      default { method { label } way }
      offers { kind title blocked { message } }
    }
  }
}`),
    tab(
      `
# 16. Rename the phone. The word "phone" in
# "methodId" stands for its id, as in S11.
#
# Changing methods needs a proof that is at
# most five minutes old. If FreshProofRequired
# comes back, run tabs S9 and S10 once more.
mutation S16_Rename($input: UpdateMethodInput!) {
  updateMethod(input: $input) {
    __typename
    ... on UpdateMethodPayload {
      method { id label isDefault }
    }
    ... on FreshProofRequired { maxAgeSeconds }
    ${userError}
  }
}`,
      { input: { methodId: 'phone', label: 'My new phone' } },
    ),
    tab(
      `
# 17. Try to delete the phone. The organisation
# demands two methods, so the answer says what
# to do first.
mutation S17_Delete($input: RemoveMethodInput!) {
  removeMethod(input: $input) {
    __typename
    ... on PolicyDenied { rule }
    ${userError}
  }
}`,
      { input: { methodId: 'phone' } },
    ),
    tab(`
# 18. Sign out. The cookie goes, and the
# session is dead wherever its token was
# copied to.
mutation S18_SignOut {
  signOut(input: {}) {
    ended
  }
}`),
    tab(
      `
# 19. "This wasn't me". For each change a mail
# went to the contact address: look into
# /dev/inbox for "Phone was added", and open
# its link: that is the page people see. Its
# button does what this tab does with the
# part of the address after "#".
#
# It needs no session. The phone goes, every
# session ends, and the administrators get a
# mail.
#
# Sign in again: S8, then S9 and S10 with a new
# code of the app. Now a second method is
# missing once more. Go on with S20.
mutation S19_Undo($input: UndoChangeInput!) {
  undoChange(input: $input) {
    __typename
    ... on UndoChangePayload { message }
    ${userError}
  }
}`,
      { input: { token: '' } },
    ),
  ]
}
