/** The plugin host: everything a method package, a server or a test needs. */
export type { AccountResult, Accounts } from './account/accounts.ts'
export type { BreachRange } from './account/breaches.ts'
export { canonicalIdentifier } from './account/identifier.ts'
export type { Seal } from './audit/seal.ts'
export type { AuditReport } from './audit/verify.ts'
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
export type { Desk, Person, PluginChange, PluginEvent, RouteDesk } from './contract/desk.ts'
export {
  type Address,
  type Attempt,
  type Enrolled,
  type Handlers,
  type Passwordless,
  type Refusal,
  type RefusalCode,
  type Registered,
  type Retyped,
  refuse,
  type Step,
  type Verdict,
} from './contract/handlers.ts'
export { CODE_LENGTH, codeProof, digits, parseOptions } from './contract/inputs.ts'
export type { MessageKey, Messages, Texts } from './contract/messages.ts'
export {
  type AccountEvent,
  type ChallengeStart,
  type Deps,
  defineMethod,
  definePlugin,
  type FlowStart,
  type Hashes,
  type Method,
  type PasswordlessStart,
  PLUGIN_API,
  type Plugin,
  type Purpose,
  type Route,
  type RouteContext,
  type Section,
  type UndoneEvent,
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
export {
  type FlowEnded,
  type FreshProofRequired,
  type InvalidInput,
  invalidInput,
  type LimitReached,
  limitReached,
  type NotFound,
  type PolicyDenied,
  policyDenied,
  type UserError,
} from './errors.ts'
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
export { CONTACT_CHANNEL } from './notices/notice.ts'
export { overloaded } from './overload.ts'
export {
  type BoundRoute,
  createSecurityInfo,
  type SecurityInfo,
  type SecurityInfoOptions,
} from './security-info.ts'
export { type Database, type Db, isUniqueViolation, maybeRow, rows } from './storage/database.ts'
export { migrate } from './storage/migrate.ts'
