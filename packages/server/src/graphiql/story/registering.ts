import { CONFIRM, COOKIE, type DemoPerson, type Tab, tab, userError } from './tab.ts'

/** The wizard: an app first, a phone as its backup. */
export function registering(demo: DemoPerson): readonly Tab[] {
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
# set up. Go on with tab S9.
mutation S1_SignIn($input: SignInInput!) {
  signIn(input: $input) {
    __typename
    ... on SignInPayload {
      session { state }
    }
    ${userError}
  }
}`,
      { input: { ...demo, ...COOKIE } },
    ),
    tab(`
# 2. What is missing? The organisation demands
# two different methods, and this person has
# none. So sign-in is interrupted: "Keep your
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
          ... on TotpSetup {
            manualKey otpauthUri qrSvg
          }
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
# The app is registered: go on with tab S5, and
# do not run this one again.
mutation S4_ConfirmApp($input: ConfirmEnrollmentInput!) {${CONFIRM}`,
      { input: { proof: { totp: { code: '' } }, enrollmentId: '', label: 'My app', makeDefault: true } },
    ),
    tab(
      `
# 5. Method 2 of 2: a phone, as a backup. The
# number is made up; any number as people in
# the US write it will do. Nothing leaves this
# machine.
#
# Run this, and open the page /dev/inbox (the
# link at the bottom right): the text with the
# code is there.
mutation S5_BeginPhone($input: BeginEnrollmentInput!) {
  beginEnrollment(input: $input) {
    __typename
    ... on BeginEnrollmentPayload {
      enrollment {
        id
        attemptsLeft
        step {
          instructions
          ... on CodeSent {
            destination delivery resendAt
          }
        }
      }
    }
    ... on InvalidInput { path }
    ${userError}
  }
}`,
      { input: { method: { phone: { number: '(201) 555-0123' } }, way: 'text' } },
    ),
    tab(
      `
# 6. Copy the code from /dev/inbox into "code"
# below, and run.
#
# "missing" is empty now: that is all that the
# organisation demands.
mutation S6_ConfirmPhone($input: ConfirmEnrollmentInput!) {${CONFIRM}`,
      { input: { proof: { phone: { code: '' } }, enrollmentId: '', label: 'My phone' } },
    ),
    tab(`
# 7. Done. Nothing is missing any more; this
# is the "Done" button at the end of the
# wizard. The session becomes ACTIVE and gets
# a new token: the one from before is dead.
mutation S7_Done {
  finishRegistration(input: {}) {
    __typename
    ... on FinishRegistrationPayload {
      session { state interrupt { missing } }
    }
    ${userError}
  }
}`),
  ]
}
