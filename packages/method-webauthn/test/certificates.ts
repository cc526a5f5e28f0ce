// The library brings the polyfill that x509 wants to find when it is loaded.
import '@simplewebauthn/server/helpers'
import { KeyObject, sign } from 'node:crypto'
import {
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Statement } from './authenticator.ts'

/** Somebody who makes keys: a certificate and its private key. */
export interface Maker {
  readonly certificate: X509Certificate
  readonly keys: CryptoKeyPair
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const validity = { notBefore: new Date('2024-01-01'), notAfter: new Date('2124-01-01') }
let serial = 1

/** A root; or one that says it is an authenticator's, for who attests themselves. */
export async function root(name: string, unit = 'Root', revocations?: string): Promise<Maker> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: `CN=${name}, OU=${unit}, O=Example, C=AA`,
    keys,
    serialNumber: hex(serial++),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(unit === 'Root', undefined, true),
      ...(revocations ? [new CRLDistributionPointsExtension([revocations])] : []),
    ],
  })
  return { certificate, keys }
}

/** What a maker puts into a key: an attestation certificate. */
export async function leaf(maker: Maker, revocations?: string): Promise<Maker> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=Key, OU=Authenticator Attestation, O=Example, C=AA',
    issuer: maker.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: maker.keys.privateKey,
    serialNumber: hex(serial++),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...(revocations ? [new CRLDistributionPointsExtension([revocations])] : []),
    ],
  })
  return { certificate, keys }
}

/** Attests with a chain of certificates, the first of which signs. */
export function attestedBy(format: string, ...chain: readonly [Maker, ...Maker[]]) {
  return (data: Uint8Array): Statement => {
    const statement = new Map<string, unknown>([
      ['alg', -7],
      ['sig', new Uint8Array(sign('sha256', data, KeyObject.from(chain[0].keys.privateKey)))],
      ['x5c', chain.map(({ certificate }) => new Uint8Array(certificate.rawData))],
    ])
    return { format, statement }
  }
}

export const pemOf = ({ certificate }: Maker) => certificate.toString('pem')

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}
