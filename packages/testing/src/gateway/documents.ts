/** The GraphQL documents that tests send. A client that knows only the interfaces still works with them. */

const SESSION = `session { id state proofs { kind way } proofOptions { way isDefault method { id kind label } }
  interrupt { required position missing skippable snoozesLeft deadline
    reasons { rule message } offers { kind satisfies blocked { code message } } sections { id done } } }`

const ERROR = `__typename ... on UserError { code message
  ... on ProofRejected { attemptsLeft retryAt hint } ... on RateLimited { retryAt }
  ... on InvalidInput { path } ... on PolicyDenied { rule } ... on LimitReached { limit }
  ... on FreshProofRequired { maxAgeSeconds options { id } } ... on DeliveryFailed { retryAt alternatives { id } } }`

const CODE_SENT = '... on CodeSent { destination note delivery problem { code message } codeLength resendAt }'

const FLOW = `__typename ... on Enrollment { id kind state attemptsLeft expiresAt step { __typename kind way instructions ${CODE_SENT} } }
  ... on Challenge { id kind state attemptsLeft expiresAt step { __typename kind way instructions ${CODE_SENT} } }`

const METHOD = `id kind label hint state usedFor isDefault phishingResistant createdAt lastUsedAt ways { id title usedFor }`

const mutation = (name: string, input: string, payload: string) =>
  `mutation Test($input: ${input}!) { ${name}(input: $input) { ${ERROR} ${payload} } }`

export const documents = {
  signIn: mutation('signIn', 'SignInInput', `... on SignInPayload { token ${SESSION} }`),
  reauthenticate: mutation(
    'reauthenticate',
    'ReauthenticateInput',
    `... on ReauthenticatePayload { token ${SESSION} }`,
  ),
  beginEnrollment: (setup: string) =>
    mutation(
      'beginEnrollment',
      'BeginEnrollmentInput',
      `... on BeginEnrollmentPayload { enrollment { id kind state attemptsLeft expiresAt
        step { __typename kind way instructions ${CODE_SENT} ${setup} } } }`,
    ),
  confirmEnrollment: mutation(
    'confirmEnrollment',
    'ConfirmEnrollmentInput',
    `... on ConfirmEnrollmentPayload { token method { ${METHOD} } ${SESSION} }`,
  ),
  beginChallenge: (prompt: string) =>
    mutation(
      'beginChallenge',
      'BeginChallengeInput',
      `... on BeginChallengePayload { challenge { id kind state attemptsLeft expiresAt alternatives { id }
        step { __typename kind way instructions ${CODE_SENT} ${prompt} } } }`,
    ),
  verifyChallenge: mutation(
    'verifyChallenge',
    'VerifyChallengeInput',
    `... on VerifyChallengePayload { token ${SESSION} }`,
  ),
  resendCode: mutation('resendCode', 'ResendCodeInput', `... on ResendCodePayload { flow { ${FLOW} } }`),
  flow: `query Test($id: ID!) { node(id: $id) { ${FLOW} } }`,
  flowUpdated: `subscription Test($id: ID!) { flowUpdated(id: $id) { ${FLOW} } }`,
  undoChange: mutation('undoChange', 'UndoChangeInput', '... on UndoChangePayload { message }'),
  updateMethod: mutation(
    'updateMethod',
    'UpdateMethodInput',
    `... on UpdateMethodPayload { method { ${METHOD} } }`,
  ),
  removeMethod: mutation(
    'removeMethod',
    'RemoveMethodInput',
    `... on RemoveMethodPayload { securityInfo { methods { ${METHOD} } default { way method { id } } } }`,
  ),
  finishRegistration: mutation(
    'finishRegistration',
    'FinishRegistrationInput',
    `... on FinishRegistrationPayload { token ${SESSION} }`,
  ),
  snoozeRegistration: `mutation Test { snoozeRegistration { ${ERROR} ... on SnoozeRegistrationPayload { token ${SESSION} } } }`,
  signOut: `mutation Test($input: SignOutInput!) { signOut(input: $input) { ended } }`,
  viewer: `{ viewer { id username displayName ${SESSION} } }`,
  securityInfo: `{ viewer { securityInfo { methods { ${METHOD} } default { way method { id } }
    offers { kind blocked { code } } coverage { purpose have required } } } }`,
  node: `query Test($id: ID!) { node(id: $id) { __typename id ... on Enrollment { state attemptsLeft step { kind } }
    ... on Challenge { state attemptsLeft step { kind } } } }`,
} as const
