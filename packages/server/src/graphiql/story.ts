/** One tab of GraphiQL. */
export interface Tab {
  readonly query: string
  /** JSON text. Ids that are left empty are filled in by the page from earlier answers. */
  readonly variables: string
}

const userError = '... on UserError { code message }'

/** The story of the product, one tab each, to be run from left to right. A tab's title is the name of its operation. */
export function storyTabs(demo: { readonly identifier: string; readonly password: string }): readonly Tab[] {
  const signIn = { input: { ...demo, transport: 'COOKIE' } }
  return [
    tab(
      `
# 1. Sign in. Press the pink Run button, and
# read the answer on the right.
#
# Demo person and password are filled in
# below, under Variables. Your browser keeps
# the session in a cookie, so there is no
# token to copy about.
#
# "state" says how far you have come:
# SECURITY_INFO_REQUIRED: something is
# missing. Go on with tab S2.
# SECOND_FACTOR_REQUIRED: your app is already
# set up. Go on with tab S7.
mutation S1_SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session { state }
    }
    ${userError}
  }
}`,
      signIn,
    ),
    tab(`
# 2. What is missing? The organisation demands
# a second factor, and this person has none.
# So sign-in is interrupted: "Keep your
# account secure".
#
# "interrupt" says why, how many methods are
# needed ("position" of "required"), and what
# can be set up, best first. Until then
# nothing else works.
query S2_WhatIsMissing {
  viewer {
    username
    session {
      state
      interrupt {
        reasons { rule message }
        position
        required
        missing
        offers {
          kind title description satisfies
          blocked { message }
        }
        skippable
        snoozesLeft
      }
    }
  }
}`),
    tab(`
# 3. Begin to set up an authenticator app. Run
# this, and a picture with a QR code opens:
# scan it with any authenticator app on your
# phone. Can't scan? Type the key below the
# picture into the app.
#
# Nothing is registered yet: in tab S4 you
# prove that the app works.
mutation S3_BeginApp {
  beginEnrollment(input: { method: { totp: {} } }) {
    __typename
    ... on BeginEnrollmentPayload {
      enrollment {
        id
        attemptsLeft
        expiresAt
        step {
          instructions
          ... on TotpSetup { manualKey otpauthUri qrSvg }
        }
      }
    }
    ${userError}
  }
}`),
    tab(
      `
# 4. Confirm. Type the six digits that your
# app shows now into "code" below, between the
# quotes, and run. Leave "enrollmentId" empty:
# this page fills it in from the answer of tab
# S3.
#
# You may try a wrong code first: five are
# compared, then the setup has to begin again
# in tab S3.
#
# "missing" is empty? The app is registered: go
# on with tab S5, and do not run this one again.
mutation S4_Confirm($input: ConfirmEnrollmentInput!) {
  confirmEnrollment(input: $input) {
    __typename
    ... on ConfirmEnrollmentPayload {
      method { id kind label isDefault }
      session { state interrupt { missing } }
    }
    ... on ProofRejected { attemptsLeft hint }
    ${userError}
  }
}`,
      { input: { proof: { totp: { code: '' } }, enrollmentId: '', label: 'My phone', makeDefault: true } },
    ),
    tab(`
# 5. Done. Nothing is missing any more; this
# is the "Done" button at the end of the
# wizard. The session becomes ACTIVE and gets
# a new token: the one from before is dead.
mutation S5_Done {
  finishRegistration(input: {}) {
    __typename
    ... on FinishRegistrationPayload {
      session { state interrupt { missing } }
    }
    ${userError}
  }
}`),
    tab(
      `
# 6. Sign in again. The same password now leads
# to SECOND_FACTOR_REQUIRED: this session can
# do nothing but give the second proof.
mutation S6_SignInAgain($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session {
        state
        proofOptions { method { label kind } way isDefault }
      }
    }
    ${userError}
  }
}`,
      signIn,
    ),
    tab(
      `
# 7. Begin the challenge. No method is named,
# so the default one is asked. "alternatives"
# is what a page would show under "use another
# method".
mutation S7_Challenge($input: BeginChallengeInput!) {
  beginChallenge(input: $input) {
    __typename
    ... on BeginChallengePayload {
      challenge {
        id
        attemptsLeft
        expiresAt
        step { instructions }
        alternatives { id label }
      }
    }
    ${userError}
  }
}`,
      { input: {} },
    ),
    tab(
      `
# 8. Answer it: type the code that your app
# shows now into "code" below, and run.
# "challengeId" fills itself in from the
# answer of tab S7.
#
# A code works once, ever. If your app still
# shows the one you set it up with, wait for
# the next.
mutation S8_Answer($input: VerifyChallengeInput!) {
  verifyChallenge(input: $input) {
    __typename
    ... on VerifyChallengePayload { session { state } }
    ... on ProofRejected { attemptsLeft hint }
    ${userError}
  }
}`,
      { input: { proof: { totp: { code: '' } }, challengeId: '' } },
    ),
    tab(`
# 9. The security info page: what protects the
# account, what sign-in asks for first, and
# what could be added. "viewer" is null? Nobody
# is signed in: run tab S1.
query S9_SecurityInfo {
  viewer {
    username
    session { state }
    securityInfo {
      methods {
        id kind label isDefault createdAt lastUsedAt
        ways { id title usedFor }
      }
      default { method { label } way }
      offers { kind title blocked { message } }
    }
  }
}`),
    tab(
      `
# 10. Rename your app. "methodId" fills itself
# in with the method that an answer showed
# last.
#
# Changing methods needs a proof that is at
# most five minutes old. If FreshProofRequired
# comes back, run tabs S7 and S8 once more.
mutation S10_Rename($input: UpdateMethodInput!) {
  updateMethod(input: $input) {
    __typename
    ... on UpdateMethodPayload {
      method { id label isDefault }
    }
    ... on FreshProofRequired { maxAgeSeconds }
    ${userError}
  }
}`,
      { input: { methodId: '', label: 'My new phone', makeDefault: true } },
    ),
    tab(
      `
# 11. Try to delete it. It is the last method
# that the organisation demands, so the answer
# says what to do first.
mutation S11_Delete($input: RemoveMethodInput!) {
  removeMethod(input: $input) {
    __typename
    ... on PolicyDenied { rule }
    ${userError}
  }
}`,
      { input: { methodId: '' } },
    ),
    tab(`
# 12. Sign out. The cookie goes, and the
# session is dead wherever its token was
# copied to.
#
# That is the story. Everything else that the
# API has is in its documentation: the book at
# the top left.
mutation S12_SignOut {
  signOut(input: {}) {
    ended
  }
}`),
  ]
}

function tab(query: string, variables: object = {}): Tab {
  return { query: query.trim(), variables: compact(JSON.stringify(variables, null, 2)) }
}

/** The line to type into has to be in sight without scrolling, so the proof stands on one line. */
function compact(json: string): string {
  return json.replace(/\{\s*"totp": \{\s*"code": ""\s*\}\s*\}/, '{ "totp": { "code": "" } }')
}
