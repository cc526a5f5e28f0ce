import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isNetwork, readAddress } from '../src/address.ts'

const isIn = (address: string, ...networks: string[]) => readAddress(address)?.isIn(networks)

it('An address is in a network, or not', () => {
  expect(isIn('192.0.2.77', '192.0.2.0/24')).toBe(true)
  expect(isIn('192.0.3.1', '192.0.2.0/24')).toBe(false)
  expect(isIn('192.0.2.77', '198.51.100.0/24', '192.0.2.77/32')).toBe(true)
  expect(isIn('192.0.2.77', '0.0.0.0/0')).toBe(true)
  expect(isIn('192.0.2.77', '::/0')).toBe(false)
  expect(isIn('2001:db8::1', '2001:DB8::/32')).toBe(true)
  expect(isIn('2001:db9::1', '2001:db8::/32')).toBe(false)
  expect(isIn('2001:db8::1', '0.0.0.0/0')).toBe(false)
  expect(isIn('192.0.2.77')).toBe(false)
  // IPv4 in IPv6's clothes is judged as what it is.
  expect(isIn('::ffff:192.0.2.77', '192.0.2.0/24')).toBe(true)
  expect(isIn('::ffff:c000:24d', '192.0.2.0/24')).toBe(true)
})

it('Every address is in the networks that its own bits make, and in no others of that length', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (one, other, bits) => {
      const number = (address: string) =>
        address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
      const same = Math.floor(number(one) / 2 ** (32 - bits)) === Math.floor(number(other) / 2 ** (32 - bits))
      return isIn(one, `${other}/${bits}`) === same
    }),
  )
})

it.each([
  ['192.0.2.77', '192.0.2.77', '192.0.2.0/24', '192.0.2.77'],
  ['::ffff:192.0.2.77', '192.0.2.77', '192.0.2.0/24', '192.0.2.77'],
  ['2001:DB8:0:1:2::3', '2001:db8:0:1:2::3', '2001:db8:0:1::/64', '2001:db8:0:1::/64'],
  ['::1', '::1', '::/64', '::/64'],
])('%s is %s, in the network %s, and pays as %s', (typed, text, network, payer) => {
  const address = readAddress(typed)
  expect([address?.text, address?.network(), address?.payer()]).toEqual([text, network, payer])
})

it.each([
  '',
  '1',
  '1.2.3',
  '127.1',
  '0x7f.0.0.1',
  '010.0.0.1',
  '1.2.3.4.5',
  '256.1.1.1',
  ':::',
  '1::2::3',
  'fe80::1%eth0',
  '::ffff:010.0.0.1',
  'localhost',
  '192.0.2.1:80',
  '[::1]',
  '192.0.2.1/24',
  ' 192.0.2.1',
  `${'0'.repeat(50)}::1`,
])('"%s" is no address', (typed) => {
  expect(readAddress(typed)).toBeUndefined()
})

it('A network of a policy has to be one', () => {
  for (const network of ['192.0.2.0/24', '0.0.0.0/0', '192.0.2.7/32', '2001:db8::/32', '::/0'])
    expect(isNetwork(network), network).toBe(true)
  for (const wrong of [
    '192.0.2.0',
    '192.0.2.0/33',
    '010.0.0.0/8',
    '10/8',
    '::/129',
    'fe80::%1/64',
    '::ffff:10.0.0.0/104',
    '',
    'x',
  ])
    expect(isNetwork(wrong), wrong).toBe(false)
})
