import type { SchemaKit } from '@security-info/core'

/** What the person needs to add the account to an app. */
export interface TotpSetupView {
  readonly otpauthUri: string
  readonly manualKey: string
  readonly issuer: string
  readonly account: string
  readonly qrSvg: string
}

/** The GraphQL types of the authenticator app. */
export function createSchema(kit: SchemaKit) {
  const proof = kit.builder.inputType('TotpProofInput', {
    description: 'The code that the app shows now.',
    fields: (t) => ({
      code: t.field({
        type: 'Secret',
        required: true,
        description: 'Six digits; spaces between them do not matter.',
      }),
    }),
  })
  const setup = kit.setup<TotpSetupView>('TotpSetup', {
    description: 'A new secret for an authenticator app: to scan, to open or to type in. Shown this once.',
    fields: (t) => ({
      qrSvg: t.field({
        type: 'OneTimeSecret',
        description: 'The QR code as an SVG picture.',
        resolve: (view) => view.qrSvg,
      }),
      otpauthUri: t.field({
        type: 'OneTimeSecret',
        description: 'The same as a link that opens an app on this device.',
        resolve: (view) => view.otpauthUri,
      }),
      manualKey: t.field({
        type: 'OneTimeSecret',
        description:
          'The key in groups of four, for "Can\'t scan?". Time-based, SHA-1, 6 digits, 30 seconds.',
        resolve: (view) => view.manualKey,
      }),
      issuer: t.exposeString('issuer', { description: 'What the app shows as the issuer.' }),
      account: t.exposeString('account', { description: 'What the app shows as the account.' }),
    }),
  })
  const prompt = kit.prompt<{ readonly digits: number }>('TotpPrompt', {
    description: 'Asks for the code of any registered authenticator app.',
    fields: (t) => ({ digits: t.exposeInt('digits', { description: 'How many digits the code has.' }) }),
  })
  const details = kit.details<{ readonly algorithm: string }>('TotpMethod', {
    description: 'A registered authenticator app.',
    fields: (t) => ({
      algorithm: t.exposeString('algorithm', {
        description: 'How its codes are made: `SHA1, 6 digits, 30 s`.',
      }),
    }),
  })
  return { confirm: proof, proof, setup, prompt, details }
}

export type TotpSchema = ReturnType<typeof createSchema>
