/** The plugin host: everything a method package, a server or a test needs. */
export type { AccountResult, Accounts } from './account/accounts.ts'
export type { RequestContext, RequestInfo, TokenTransport } from './context.ts'
export type {
  Channel,
  Delivery,
  DeliveryProblem,
  DeliveryReport,
  MessageDesk,
  OutgoingMessage,
  SendLimit,
} from './contract/channel.ts'
export {
  type Address,
  type Attempt,
  type Enrolled,
  type Handlers,
  type Passwordless,
  type Refusal,
  type RefusalCode,
  type Registered,
  refuse,
  type Step,
  type Verdict,
} from './contract/handlers.ts'
export { CODE_LENGTH, codeProof, digits, parseOptions } from './contract/inputs.ts'
export type { MessageKey, Messages, Texts } from './contract/messages.ts'
export {
  type Deps,
  defineMethod,
  definePlugin,
  type FlowStart,
  type Method,
  type PasswordlessStart,
  PLUGIN_API,
  type Plugin,
  type Purpose,
  type Route,
  type RouteContext,
  type Section,
  type Way,
} from './contract/plugin.ts'
export type {
  CodeSentView,
  DetailsOf,
  InputOf,
  MethodSchema,
  SchemaKit,
  ViewOf,
} from './contract/schema-kit.ts'
export { createKeyRing, generateKey, type KeyRing } from './crypto/key-ring.ts'
export { Secret } from './crypto/secret.ts'
export { ConfigurationFault, type Fault } from './faults.ts'
export { type Access, access, credential } from './graphql/access.ts'
export type {
  CodeSentShape,
  DeliveryState,
  MethodShape,
  SecurityBuilder,
  SecurityTypes,
  StepShape,
} from './graphql/builder.ts'
export { typePrefix } from './graphql/compose.ts'
export {
  type BoundRoute,
  createSecurityInfo,
  type SecurityInfo,
  type SecurityInfoOptions,
} from './security-info.ts'
export type { Database, Db } from './storage/database.ts'
export { migrate } from './storage/migrate.ts'
