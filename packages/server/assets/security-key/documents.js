/** What the page asks the gateway. Every answer is looked at by its first field. */

const problem = '... on UserError { code message }'

export const SESSION = `query Session {
  viewer {
    username
    session {
      state
      interrupt { missing }
      proofOptions { method { id kind label } way }
    }
  }
}`

export const SECURITY_INFO = `query SecurityInfo {
  viewer {
    securityInfo {
      methods {
        id kind label hint createdAt lastUsedAt
        ... on WebauthnMethod { synced model transports }
      }
      offers { kind blocked { code message } }
    }
  }
}`

export const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignInPayload { token } ${problem} }
}`

export const BEGIN_PASSKEY = `mutation BeginPasskey {
  beginPasskeySignIn {
    __typename
    ... on BeginPasskeySignInPayload { begun: token step { ... on WebauthnPrompt { request: options } } }
    ${problem}
  }
}`

export const SIGN_IN_WITH_PASSKEY = `mutation SignInWithPasskey($input: SignInWithPasskeyInput!) {
  signInWithPasskey(input: $input) { __typename ... on SignInPayload { token } ${problem} }
}`

export const BEGIN_CHALLENGE = `mutation BeginChallenge($input: BeginChallengeInput!) {
  beginChallenge(input: $input) {
    __typename
    ... on BeginChallengePayload {
      challenge {
        id kind
        step { __typename instructions ... on WebauthnPrompt { request: options } }
      }
    }
    ${problem}
  }
}`

export const VERIFY_CHALLENGE = `mutation VerifyChallenge($input: VerifyChallengeInput!) {
  verifyChallenge(input: $input) { __typename ... on VerifyChallengePayload { token } ${problem} }
}`

export const BEGIN_ENROLLMENT = `mutation BeginEnrollment($input: BeginEnrollmentInput!) {
  beginEnrollment(input: $input) {
    __typename
    ... on BeginEnrollmentPayload {
      enrollment { id step { __typename instructions ... on WebauthnSetup { creation: options } } }
    }
    ${problem}
  }
}`

export const CONFIRM_ENROLLMENT = `mutation ConfirmEnrollment($input: ConfirmEnrollmentInput!) {
  confirmEnrollment(input: $input) {
    __typename
    ... on ConfirmEnrollmentPayload { token method { id label } }
    ${problem}
  }
}`

export const RENAME = `mutation Rename($input: UpdateMethodInput!) {
  updateMethod(input: $input) { __typename ... on UpdateMethodPayload { method { label } } ${problem} }
}`

export const REMOVE = `mutation Remove($input: RemoveMethodInput!) {
  removeMethod(input: $input) { __typename ${problem} }
}`

export const FINISH = `mutation Finish {
  finishRegistration(input: {}) { __typename ... on FinishRegistrationPayload { token } ${problem} }
}`

export const SIGN_OUT = 'mutation SignOut { signOut(input: {}) { ended } }'

export const INBOX = 'query Inbox { devInbox { id channel to code } }'
