import { describe, expect, it } from 'vitest'
import { isAllowedOutside } from './outside-links.ts'

describe('links to the outside', () => {
  it('opens https pages of the listed sites', () => {
    expect(isAllowedOutside('https://docs.kernel.org/mm/page_allocation.html')).toBe(true)
  })

  it.each([
    'http://docs.kernel.org/',
    'https://docs.kernel.org:8443/',
    'https://docs.kernel.org@example.org/',
    'https://me:secret@docs.kernel.org/',
    'https://docs.kernel.org.example.org/',
    'https://example.org/https://docs.kernel.org/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'not a link',
    '',
  ])('does not open %j', (url) => {
    expect(isAllowedOutside(url)).toBe(false)
  })
})
