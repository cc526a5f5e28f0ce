import type { SecurityInfo } from '@security-info/core'
import { type GraphQLError, graphql } from 'graphql'
import type { Answer, FlowAnswer, SecurityInfoAnswer, SessionAnswer } from './answers.ts'
import { documents } from './documents.ts'

/** Somebody with an account. */
export interface Person {
  readonly userId: string
  readonly identifier: string
  readonly password: string
}

type Variables = Readonly<Record<string, unknown>>
type Input = Readonly<Record<string, unknown>>

/** What came back, errors and all. */
export interface Outcome {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors: readonly GraphQLError[]
}

/** A browser or program of one person. It keeps the newest token, as a client has to. */
export interface Client {
  /** The token it would send next; set it to try an older one. */
  token: string | undefined
  /** Sends a document and gives back whatever comes. */
  send(document: string, variables?: Variables): Promise<Outcome>
  /** Sends a document with one root field and gives back that field. Throws where there are top-level errors. */
  ask<T>(document: string, variables?: Variables): Promise<T>
  signIn(person: Pick<Person, 'identifier' | 'password'>): Promise<Answer>
  reauthenticate(password: string): Promise<Answer>
  /** `setup` selects the fields of the kind's setup type: `... on TotpSetup { manualKey }`. */
  beginEnrollment(input: Input, setup?: string): Promise<Answer>
  confirmEnrollment(input: Input): Promise<Answer>
  beginChallenge(input?: Input, prompt?: string): Promise<Answer>
  verifyChallenge(input: Input): Promise<Answer>
  /** Gives the flow as `flow`. */
  resendCode(flowId: string, way?: string): Promise<Answer>
  /** Reads an enrolment or challenge again. */
  flow(id: string): Promise<FlowAnswer | null>
  undoChange(token: string): Promise<Answer>
  updateMethod(input: Input): Promise<Answer>
  removeMethod(methodId: string): Promise<Answer>
  finishRegistration(input?: Input): Promise<Answer>
  snoozeRegistration(): Promise<Answer>
  signOut(everywhere?: boolean): Promise<{ readonly ended: number }>
  session(): Promise<SessionAnswer | undefined>
  securityInfo(): Promise<SecurityInfoAnswer>
}

export interface ClientOptions {
  /** Where its requests come from. */
  readonly address?: string
  readonly locales?: readonly string[]
  readonly token?: string
}

let requests = 0

/** A client that executes documents against the gateway's schema, without a port. */
export function createClient(gateway: SecurityInfo, options: ClientOptions = {}): Client {
  const client: Client = {
    token: options.token,
    async send(document, variables = {}) {
      const context = gateway.context({
        requestId: `test-${++requests}`,
        ...(client.token === undefined ? {} : { token: client.token }),
        transport: 'BEARER',
        clientAddress: options.address ?? '127.0.0.1',
        client: 'test',
        locales: options.locales ?? ['en'],
        onToken: (token) => {
          client.token = token
        },
      })
      const result = await graphql({
        schema: gateway.schema,
        source: document,
        variableValues: variables,
        contextValue: context,
      })
      return { data: result.data ?? null, errors: result.errors ?? [] }
    },
    async ask<T>(document: string, variables: Variables = {}) {
      const { data, errors } = await client.send(document, variables)
      const [error] = errors
      if (error) throw error.originalError ?? error
      return Object.values(data ?? {})[0] as T
    },
    signIn: ({ identifier, password }) => client.ask(documents.signIn, { input: { identifier, password } }),
    reauthenticate: (password) => client.ask(documents.reauthenticate, { input: { password } }),
    beginEnrollment: (input, setup = '') => client.ask(documents.beginEnrollment(setup), { input }),
    confirmEnrollment: (input) => client.ask(documents.confirmEnrollment, { input }),
    beginChallenge: (input = {}, prompt = '') => client.ask(documents.beginChallenge(prompt), { input }),
    verifyChallenge: (input) => client.ask(documents.verifyChallenge, { input }),
    resendCode: (flowId, way) =>
      client.ask(documents.resendCode, { input: { flowId, ...(way === undefined ? {} : { way }) } }),
    flow: (id) => client.ask(documents.flow, { id }),
    undoChange: (token) => client.ask(documents.undoChange, { input: { token } }),
    updateMethod: (input) => client.ask(documents.updateMethod, { input }),
    removeMethod: (methodId) => client.ask(documents.removeMethod, { input: { methodId } }),
    finishRegistration: (input = {}) => client.ask(documents.finishRegistration, { input }),
    snoozeRegistration: () => client.ask(documents.snoozeRegistration),
    signOut: (everywhere = false) => client.ask(documents.signOut, { input: { everywhere } }),
    async session() {
      const viewer = await client.ask<{ session: SessionAnswer } | null>(documents.viewer)
      return viewer?.session
    },
    async securityInfo() {
      const viewer = await client.ask<{ securityInfo: SecurityInfoAnswer }>(documents.securityInfo)
      return viewer.securityInfo
    },
  }
  return client
}
