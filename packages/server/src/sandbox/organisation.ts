import { type FileConfig, parseConfig } from '../config/file.ts'

/**
 * An organisation that does not exist. Its people get addresses that can't exist either (RFC 2606). It demands two different
 * methods: the app comes first, the phone is its backup; email and security questions only count for password reset. A
 * security key waits for another method, as by default; so it can be the second, or one more. Who forgets their password proves
 * two of them. App passwords may be made, and nobody has to.
 */
export const demoOrganisation = parseConfig(
  {
    organisation: { name: 'Larkspur Works', securityContacts: ['security@larkspur.example'] },
    methods: { totp: {}, phone: { region: 'US' }, webauthn: {}, email: {}, questions: {}, appPassword: {} },
    policy: {
      twoFactor: 'required',
      registration: {
        required: { TWO_FACTOR: 1, PASSWORD_RESET: 2 },
        order: ['totp', 'phone', 'webauthn', 'email', 'questions'],
      },
      passwordReset: { gates: 2 },
      methods: { appPassword: { allowed: true } },
    },
  },
  'the sandbox',
)

/** The variable in which the sandbox hands over the key of the server below: nobody has to set it. */
export const SERVICE_KEY = 'SANDBOX_SERVICE_KEY'

/** The same organisation with a server that may ask whether an app password is right, for all that there are. */
export const demoOrganisationWithServer: FileConfig = {
  ...demoOrganisation,
  methods: {
    ...demoOrganisation.methods,
    appPassword: {
      services: [{ name: 'sandbox', key: { env: SERVICE_KEY }, scopes: ['imap', 'smtp', 'dav'] }],
    },
  },
}

/** Somebody whom the sandbox makes when it starts. */
export interface SandboxPerson {
  readonly identifier: string
  readonly displayName: string
  /** Where notices about the account go, beside the addresses that are registered as methods. */
  readonly contactEmail: string
  readonly administrator: boolean
}

/** The person of the GraphiQL tabs. */
export const demoPerson: SandboxPerson = {
  identifier: 'robin@larkspur.example',
  displayName: 'Robin Marsh',
  contactEmail: 'robin.marsh@home.example',
  administrator: false,
}

/** Who helps where that person can't get in. */
export const demoAdministrator: SandboxPerson = {
  identifier: 'dana@larkspur.example',
  displayName: 'Dana Hill',
  contactEmail: 'dana.hill@home.example',
  administrator: true,
}
