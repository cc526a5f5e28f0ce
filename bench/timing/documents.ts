const mutation = (name: string, input: string, payload: string) =>
  `mutation Bench($input: ${input}!) { ${name}(input: $input) { __typename ... on ${payload} } }`

/** What a client sends, with no more than it needs to go on. */
export const documents = {
  start: mutation(
    'startPasswordReset',
    'StartPasswordResetInput',
    'StartPasswordResetPayload { token reset { ready options { kind } } }',
  ),
  begin: mutation(
    'beginResetGate',
    'BeginResetGateInput',
    'BeginResetGatePayload { gate { id step { __typename } } }',
  ),
  verify: mutation('verifyResetGate', 'VerifyResetGateInput', 'VerifyResetGatePayload { token }'),
  ask: mutation('askAdministrator', 'ResetTokenInput', 'AskAdministratorPayload { message }'),
}
