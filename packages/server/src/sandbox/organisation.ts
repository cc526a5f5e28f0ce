import { parseConfig } from '../config/file.ts'

/** An organisation that does not exist. Its people get addresses that can't exist either (RFC 2606). */
export const demoOrganisation = parseConfig(
  {
    organisation: { name: 'Larkspur Works' },
    methods: { totp: {} },
    policy: { twoFactor: 'required', registration: { required: { TWO_FACTOR: 1 } } },
  },
  'the sandbox',
)

/** The person of the GraphiQL tabs. */
export const demoIdentifier = 'robin@larkspur.example'
export const demoName = 'Robin Marsh'
