import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mailboxOf, parseAddress, sameAddress } from '../src/address.ts'
import { canonicalDomain, isWithin } from '../src/domain.ts'
import { decoyMask, maskAddress } from '../src/mask.ts'

describe('An address', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    [' Ada@Example.ORG ', 'Ada@example.org'],
    ["o'hara+tag/x=1@a-b.example", "o'hara+tag/x=1@a-b.example"],
    ['first.last@mail.example.co.uk', 'first.last@mail.example.co.uk'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@ｅｘａｍｐｌｅ.org', 'ada@example.org'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('%j is kept as %s', (given, kept) => {
    expect(parseAddress(given)?.address).toBe(kept)
  })

  it.each([
    '',
    '@',
    'ada',
    'ada@',
    '@example.org',
    'ada@example',
    'ada@localhost',
    'ada@@example.org',
    'ada@x@example.org',
    'ada lovelace@example.org',
    '.ada@example.org',
    'ada.@example.org',
    'a..da@example.org',
    '"ada"@example.org',
    '"a\r\nb"@example.org',
    'Ada <ada@example.org>',
    '<ada@example.org>',
    'ada@example.org (Ada)',
    'ada@example.org,bob@example.org',
    'ada@example.org;bob@example.org',
    '@relay.example:ada@example.org',
    'ada@[127.0.0.1]',
    'ada@[IPv6:::1]',
    'ada@127.0.0.1',
    'ada@1.2.3',
    'ada@0x7f.1',
    'ada@example.org.',
    'ada@.example.org',
    'ada@example..org',
    'ada@-example.org',
    'ada@example-.org',
    'ada@exa_mple.org',
    'ada@example.org:25',
    'ada@example.org/x',
    'ada@example.org?x',
    'ada@example.org#x',
    'ada@exam%70le.org',
    'ada@example\u002f.org',
    'ada@example.org\r\nBCC: eve@evil.example',
    'ada@example.org\nRCPT TO:<eve@evil.example>',
    'ada\r\n@example.org',
    'ada\u0000@example.org',
    'ada@exam\tple.org',
    'ada@exam\u00adple\u200b.org',
    'åda@example.org',
    'аda@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.example`,
    `a@${`${'b'.repeat(60)}.`.repeat(4)}example.org`,
    `a@${'bücher.'.repeat(20)}example`,
  ])('%j is none', (given) => {
    expect(parseAddress(given)).toBeUndefined()
  })

  it('of any length is answered at once', () => {
    for (const part of ['b.', 'a@', '.', 'ü']) {
      expect(parseAddress(`a@${part.repeat(500_000)}example`)).toBeUndefined()
    }
  })

  it('that was taken is safe to put into a command and a header, and is its own canonical form', () => {
    const local = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
    const domain = fc.oneof(fc.domain(), fc.string({ unit: 'binary', maxLength: 20 }))
    fc.assert(
      fc.property(local, domain, (before, after) => {
        const parsed = parseAddress(`${before}@${after}`)
        if (!parsed) return
        expect(parsed.address).toMatch(/^[!-~]+@[a-z0-9.-]+$/)
        expect(parsed.address).not.toMatch(/[<>()[\]\\,;:" ]/)
        expect(parsed.address.length).toBeLessThanOrEqual(254)
        expect(parseAddress(parsed.address)).toEqual(parsed)
      }),
      { numRuns: 2000 },
    )
  })

  it('is the same in capitals, and one mailbox with its tags', () => {
    expect(sameAddress('Ada@example.org')).toBe(sameAddress('aDA@example.org'))
    expect(mailboxOf('Ada+bank@example.org')).toBe('ada@example.org')
    expect(mailboxOf('+x@example.org')).toBe('+x@example.org')
  })
})

describe('A domain', () => {
  it('covers itself and what is below it, and nothing that merely ends like it', () => {
    expect(isWithin('example.org', ['example.org'])).toBe(true)
    expect(isWithin('mail.example.org', ['other.example', 'example.org'])).toBe(true)
    expect(isWithin('evilexample.org', ['example.org'])).toBe(false)
    expect(isWithin('example.org', ['mail.example.org'])).toBe(false)
    expect(canonicalDomain('BÜCHER.example')).toBe('xn--bcher-kva.example')
  })
})

describe('A mask', () => {
  it.each([
    ['robert@london.example', 'ro***@l***.example'],
    ['ada@example.org', 'a***@e***.org'],
    ['ab@example.org', 'a***@e***.org'],
    ['a@x.org', '***@***.org'],
    ['abcd@mail.example.co.uk', 'ab***@m***.uk'],
    ['info@xn--bcher-kva.example', 'in***@x***.example'],
  ])('of %s is %s', (address, masked) => {
    expect(maskAddress(address)).toBe(masked)
  })

  it('never shows more than half of the local part', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const local = address.split('@')[0] ?? ''
        const shown = (maskAddress(address).split('@')[0] ?? '').replace('***', '')
        expect(shown.length).toBeLessThanOrEqual(local.length / 2)
        expect(local.startsWith(shown)).toBe(true)
      }),
    )
  })

  it('of a decoy looks like one, stays the same, and differs between people', () => {
    const uuids = fc.sample(fc.uuid(), 500)
    for (const id of uuids) {
      expect(decoyMask(id, [])).toMatch(/^[a-z]{2}\*{3}@[a-z]\*{3}\.com$/)
      expect(decoyMask(id, ['example.org', 'example.net'])).toMatch(/^[a-z]{2}\*{3}@e\*{3}\.(org|net)$/)
      expect(decoyMask(id, [])).toBe(decoyMask(id, []))
    }
    expect(new Set(uuids.map((id) => decoyMask(id, []))).size).toBeGreaterThan(400)
  })
})
