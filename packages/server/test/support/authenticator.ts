/** Chromium's virtual authenticators, over the DevTools protocol. */
import type { CDPSession, Page } from 'playwright-core'

/** What the protocol says of a credential; the private key is PKCS#8. */
interface VirtualCredential {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly rpId?: string
  readonly privateKey: string
  readonly userHandle?: string
  readonly signCount: number
}

interface Authenticator {
  credentials(): Promise<readonly VirtualCredential[]>
  add(credential: VirtualCredential): Promise<void>
  /** Whether the person can show who they are. */
  verifiesUser(verifies: boolean): Promise<void>
  /** Unplugs it. */
  remove(): Promise<void>
}

type Kind = typeof USB_KEY | typeof NO_PIN_KEY | typeof BUILT_IN

const touched = { ctap2Version: 'ctap2_1', protocol: 'ctap2', automaticPresenceSimulation: true } as const

/** A roaming key on USB, with a PIN; it keeps no credentials of its own. */
export const USB_KEY = {
  ...touched,
  transport: 'usb',
  hasResidentKey: false,
  hasUserVerification: true,
} as const
/** The same without a PIN: it can't tell who touches it. */
export const NO_PIN_KEY = { ...USB_KEY, hasUserVerification: false } as const
/** What is built into a phone or computer, and syncs. */
export const BUILT_IN = {
  ...touched,
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  defaultBackupEligibility: true,
  defaultBackupState: true,
} as const

/** For one page: plugs authenticators in. */
export async function authenticators(page: Page) {
  const protocol = await page.context().newCDPSession(page)
  await protocol.send('WebAuthn.enable', { enableUI: false })
  return { plugIn: (kind: Kind) => plugIn(protocol, kind) }
}

async function plugIn(protocol: CDPSession, kind: Kind): Promise<Authenticator> {
  const options = { ...kind, isUserVerified: kind.hasUserVerification }
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', { options })
  return {
    credentials: async () =>
      (await protocol.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    add: async (credential) => {
      await protocol.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    verifiesUser: async (isUserVerified) => {
      await protocol.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    remove: async () => {
      await protocol.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}
