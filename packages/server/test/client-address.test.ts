import { describe, expect, it } from 'vitest'
import { clientAddress, readTrust, type Trust, trustNobody } from '../src/edge/client-address.ts'

const trust = readTrust('127.0.0.1, 10.0.0.0/8, fd00::/8') as Trust

describe('H20: the address of a client', () => {
  it.each([
    ['nobody is trusted: the socket counts', '127.0.0.1', '198.51.100.7', trustNobody, '127.0.0.1'],
    ['a stranger writes the header: the socket counts', '203.0.113.9', '198.51.100.7', trust, '203.0.113.9'],
    ['one proxy of ours', '127.0.0.1', '198.51.100.7', trust, '198.51.100.7'],
    ['a stranger wrote in front of it', '127.0.0.1', '192.0.2.1, 198.51.100.7', trust, '198.51.100.7'],
    ['two proxies of ours', '10.1.2.3', '198.51.100.7, 10.9.9.9', trust, '198.51.100.7'],
    ['nonsense in the header', '127.0.0.1', 'localhost, <script>', trust, '127.0.0.1'],
    ['no header', '127.0.0.1', null, trust, '127.0.0.1'],
    ['an IPv4 client on a dual-stack socket', '::ffff:203.0.113.9', null, trust, '203.0.113.9'],
    ['a proxy that writes ports', '10.1.2.3', '198.51.100.7:4711', trust, '198.51.100.7'],
    ['and brackets', '10.1.2.3', '[2001:db8::5]:4711', trust, '2001:db8::5'],
    ['capitals', '::FFFF:203.0.113.9', null, trust, '203.0.113.9'],
    ['IPv6', 'fd00::1', '2001:db8::5', trust, '2001:db8::5'],
  ])('%s', (_why, socket, header, trusted, expected) => {
    expect(clientAddress(socket, header, trusted)).toBe(expected)
  })

  it.each(['localhost', '10.0.0.0/33', '1.2.3', 'fd00::/129'])('does not take %s for a proxy', (entry) => {
    expect(readTrust(`127.0.0.1, ${entry}`)).toEqual({ unreadable: entry })
  })
})
