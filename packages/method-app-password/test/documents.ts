import type { Client } from '@security-info/testing'

const ERROR = `__typename ... on UserError { code message ... on InvalidInput { path } ... on LimitReached { limit }
  ... on PolicyDenied { rule } ... on FreshProofRequired { maxAgeSeconds } }`
const APP_PASSWORD = `id name hint scopes scopesInForce state createdAt expiresAt lastUsed { at scope client address }`
const SESSION = 'session { state interrupt { sections { plugin id title done } } }'

export interface AppPasswordAnswer {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly scopes: readonly string[]
  readonly scopesInForce: readonly string[]
  readonly state: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsed: Readonly<Record<'at' | 'scope' | 'client' | 'address', string>> | null
}

interface Failed {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly path?: readonly string[]
  readonly limit?: number
}

interface SessionPart {
  readonly session?: {
    readonly state: string
    readonly interrupt: { readonly sections: readonly object[] } | null
  }
}

export type CreateAnswer = Failed &
  SessionPart & { readonly password?: string; readonly appPassword?: AppPasswordAnswer }

export function create(client: Client, input: object = {}): Promise<CreateAnswer> {
  return client.ask(
    `mutation ($input: AppPasswordCreateInput!) { createAppPassword(input: $input) {
      ${ERROR} ... on AppPasswordCreatePayload { password appPassword { ${APP_PASSWORD} } ${SESSION} } } }`,
    { input: { name: 'Phone', ...input } },
  )
}

/** Makes one and gives the password itself. */
export async function made(
  client: Client,
  input: object = {},
): Promise<Required<Pick<CreateAnswer, 'password' | 'appPassword'>>> {
  const { password, appPassword, message } = await create(client, input)
  if (password === undefined || !appPassword) throw new Error(`None was made: ${message}`)
  return { password, appPassword }
}

export function rename(client: Client, id: string, name: string) {
  return client.ask<Failed & { appPassword?: AppPasswordAnswer }>(
    `mutation ($input: AppPasswordRenameInput!) { renameAppPassword(input: $input) {
      ${ERROR} ... on AppPasswordRenamePayload { appPassword { ${APP_PASSWORD} } } } }`,
    { input: { id, name } },
  )
}

/** What clients know a row by: an opaque id like those of core. */
export function globalIdOf(subjectId: string | undefined): string {
  return Buffer.from(`AppPassword:${subjectId}`, 'utf8').toString('base64url')
}

export function revoke(client: Client, id: string) {
  return client.ask<Failed & SessionPart & { revoked?: number }>(
    `mutation ($input: AppPasswordRevokeInput!) { revokeAppPassword(input: $input) {
      ${ERROR} ... on AppPasswordRevokePayload { revoked ${SESSION} } } }`,
    { input: { id } },
  )
}

export function revokeAll(client: Client) {
  return client.ask<Failed & SessionPart & { revoked?: number }>(
    `mutation { revokeAllAppPasswords { ${ERROR} ... on AppPasswordRevokeAllPayload { revoked ${SESSION} } } }`,
  )
}

export interface Overview {
  readonly list: readonly AppPasswordAnswer[]
  readonly allowed: boolean
  readonly limit: number
  readonly scopes: readonly string[]
  readonly defaultExpiresAt: string | null
  readonly latestExpiresAt: string | null
}

export function overview(client: Client): Promise<Overview> {
  return client.ask(
    `{ appPasswords { list { ${APP_PASSWORD} } allowed limit scopes defaultExpiresAt latestExpiresAt } }`,
  )
}
