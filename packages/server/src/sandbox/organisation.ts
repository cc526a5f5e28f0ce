import { parseConfig } from '../config/file.ts'

/**
 * An organisation that does not exist. Its people get addresses that can't exist either (RFC 2606). It demands two different
 * methods: the app comes first, the phone is its backup; email only counts for password reset. A
 * security key waits for another method, as by default; so it can be the second, or one more.
 */
export const demoOrganisation = parseConfig(
  {
    organisation: { name: 'Larkspur Works', securityContacts: ['security@larkspur.example'] },
    methods: { totp: {}, phone: { region: 'US' }, webauthn: {}, email: {} },
    policy: {
      twoFactor: 'required',
      registration: {
        required: { TWO_FACTOR: 1, PASSWORD_RESET: 2 },
        order: ['totp', 'phone', 'webauthn', 'email'],
      },
    },
  },
  'the sandbox',
)

/** The person of the GraphiQL tabs. */
export const demoIdentifier = 'robin@larkspur.example'
export const demoName = 'Robin Marsh'
/** Where notices about the account go, beside the addresses that are registered as methods. */
export const demoContact = 'robin.marsh@home.example'
